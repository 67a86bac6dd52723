/** A simulated tenant in a separate process, so that its work is not measured. Started by fork(). */
import { readFileSync } from 'node:fs';
import { type SimulatorOptions, startSimulator } from 'delinea-iac/simulator';

export interface TenantRequest extends Omit<SimulatorOptions, 'data'> {
  readonly dataFile?: string;
  readonly resetRequests?: boolean;
}

process.once('message', async ({ dataFile, ...options }: TenantRequest) => {
  const simulator = await startSimulator({
    ...options,
    ...(dataFile === undefined ? {} : { data: JSON.parse(readFileSync(dataFile, 'utf8')) }),
  });
  process.on('message', () => {
    process.send?.({ requests: simulator.requests });
    simulator.resetRequests();
  });
  process.send?.({ env: simulator.env });
});
process.once('disconnect', () => process.exit(0));
