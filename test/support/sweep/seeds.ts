/** Checks one property for many seeds and reports the seeds that failed. */
export async function sweep(seeds: readonly number[], property: (seed: number) => Promise<void>): Promise<void> {
  const failed: string[] = [];
  for (const seed of seeds) {
    await property(seed).catch((error: Error) => void failed.push(`seed ${seed}: ${error.message}`));
  }
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${seeds.length} failed\n${failed.slice(0, 5).join('\n')}`);
}
