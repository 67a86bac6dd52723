#!/usr/bin/env node
import { runProgram } from './program.js';
import { processTerminal } from './terminal.js';

// A program that reads our output, such as `head`, may close the pipe early.
process.stdout.on('error', () => undefined);
process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
