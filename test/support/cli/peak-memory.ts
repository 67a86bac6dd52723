/** Options with which a Node.js process prints the most memory that it used as it exits. */
export const MEASURE_MEMORY = {
  NODE_OPTIONS: `--import=data:text/javascript,process.on('exit',()=>process.stderr.write('peak'+process.resourceUsage().maxRSS))`,
};

/** Returns the most memory (resident set) that a process used, in MB. @param err its standard error */
export function peakMemory(err: string): number {
  return Number(/peak(\d+)$/.exec(err)?.[1]) / 1024;
}
