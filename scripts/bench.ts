/** Measures the figures of the README (`npm run bench`), prints a table and writes bench.json. */
import { writeFileSync } from 'node:fs';
import { measureAccess } from './bench/access.js';
import { timeColdStart } from './bench/cold-start.js';
import { table } from './bench/figure.js';
import { countReads } from './bench/reads.js';
import { measureTerraform } from './bench/terraform.js';
import { measureGrowth, timeRoundTrips } from './bench/time.js';

const figures = [
  ...(await countReads()),
  ...measureAccess(),
  ...(await timeRoundTrips()),
  ...(await measureGrowth()),
  await timeColdStart(),
  ...(await measureTerraform()),
];
console.log(table(figures));
writeFileSync('bench.json', `${JSON.stringify(figures, undefined, 2)}\n`);
console.log('\nwritten to bench.json');
process.exitCode = figures.every(({ value, limit }) => value <= limit) ? 0 : 1;
