import { test } from '@jest/globals';
import { guardsAgreeFor } from './support/random-guards.js';

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);

test('100 random changes are refused for what an independent guard refuses', () => guardsAgreeFor(seeds, 10), 300_000);
