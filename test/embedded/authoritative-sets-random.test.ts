import { test } from '@jest/globals';
import { setsAreWhole, setsSurviveFaults } from '../support/property/authoritative-sets.js';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each(seeds(3))('what lives is what is declared, and the own account keeps its own: seed %d', setsAreWhole);
test.each(seeds(2))('the same in the end under random faults: seed %d', setsSurviveFaults);
