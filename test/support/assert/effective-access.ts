import { connect, EffectiveAccess, readTenantAccess, type TenantAccess } from '../../../src/provider/index.js';
import type { Workbench } from '../tenant/workbench.js';

/** Reads the access of a workbench's tenant. */
export async function liveAccess({ settings, sim }: Workbench): Promise<TenantAccess> {
  return readTenantAccess(await connect(settings, sim.env));
}

/** Returns who has which right on what and by which path, with names, so that states before and after a create compare. */
export function accessLines(state: TenantAccess): string[] {
  const access = new EffectiveAccess(state);
  const lines = access.scopes.flatMap((scope) =>
    access.who(scope).flatMap(({ principal, right }) =>
      access.why(principal, scope, right).routes.map(({ through }) => {
        const path = through.map(({ name }) => ` > ${name}`).join('');
        const status = principal.active === false ? ' (inactive)' : '';
        return `${principal.kind} ${principal.name}${status}${path}: ${right} on ${scope.kind} ${scope.name}`;
      }),
    ),
  );
  return lines.sort();
}
