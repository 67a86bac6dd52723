#!/usr/bin/env node
import { runProgram } from './program.js';
import { processTerminal } from './terminal.js';

// Whoever reads our output may leave early, such as `head`.
process.stdout.on('error', () => undefined);
process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
