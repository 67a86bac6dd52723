import type { SimulatorData, SimulatorOptions } from '../../../src/simulator/index.js';
import { resource, type TerraformTenant, withTenant } from './tenant.js';

const data: SimulatorData = {
  users: [{ userName: 'boss@example.com' }, { userName: 'guest@example.com' }],
  groups: [{ displayName: 'others', members: ['guest@example.com'] }],
  roles: ['Auditor', 'Operator'],
  containers: ['prod', 'stage', { name: 'web', parent: 'prod', inherits: true }],
  containerPermissions: [
    { container: 'prod', user: 'boss@example.com', right: 'Owner', secretRight: 'Owner' },
    { container: 'stage', user: 'boss@example.com', right: 'Owner', secretRight: 'Owner' },
  ],
};

/** Runs the work on a tenant whose kinds are all on Secret Server. */
export const onSecretServer = (work: (tenant: TerraformTenant) => Promise<void>, options: SimulatorOptions = {}) =>
  withTenant({ data, ...options }, (tenant) => {
    tenant.env.DELINEA_PROFILE = 'secret-server';
    return work(tenant);
  });

export const LOOK_UPS = `
data "delinea_user" "boss" { user_name = "boss@example.com" }
data "delinea_group" "others" { display_name = "others" }
data "delinea_role" "auditor" { name = "Auditor" }
data "delinea_container" "prod" { name = "prod" }
`;
export const BOSS = 'data.delinea_user.boss.id';
export const OTHERS = 'data.delinea_group.others.id';
export const JANE = 'delinea_user.jane.id';
export const TOM = 'delinea_user.tom.id';
export const SRE = 'delinea_group.sre.id';

export const person = (name: string, more = '') => resource('user', name, `user_name = "${name}@example.com"\n${more}`);
export const team = (...members: string[]) =>
  resource('group', 'sre', `display_name = "sre"\nmembers = [${members.join(', ')}]`);
const principal = (type: string, id: string) => `principal_type = "${type}"\nprincipal_id = ${id}\n`;
export const grant = (name: string, container: string, type: string, id: string, right: string, more = '') =>
  resource('container_permission', name, `container = ${container}\n${principal(type, id)}right = "${right}"\n${more}`);
export const bind = (name: string, role: string, type: string, id: string) =>
  resource('role_binding', name, `role = ${role}\n${principal(type, id)}`);
export const element = (type: string, id: string, right?: string, secretRight?: string) =>
  `{ ${[
    `principal_type = "${type}"`,
    `principal_id = ${id}`,
    ...(right ? [`right = "${right}"`] : []),
    ...(secretRight ? [`secret_right = "${secretRight}"`] : []),
  ].join(', ')} }`;
export const set = (grants: readonly string[], more = '', container = 'stage') =>
  resource(
    'container_permissions',
    'all',
    `container = "${container}"\ngrants = [${grants.join(', ')}]\nadopt = "always"\n${more}`,
  );
export const holders = (role: string, list: readonly string[], more = '') =>
  resource('role_bindings', 'all', `role = "${role}"\nholders = [${list.join(', ')}]\n${more}`);

export const rights = ({ sim }: TerraformTenant, on: string) =>
  sim
    .state()
    .containerPermissions.flatMap(({ container, user, group, right, secretRight = 'None' }) =>
      container === on ? [`${user ?? group} ${right}/${secretRight}`] : [],
    )
    .sort();

/** The paths of the writes, with each number as N. */
export const writes = ({ sim }: TerraformTenant) =>
  sim.log
    .filter(({ method, path }) => method !== 'GET' && !path.includes('oauth2'))
    .map(({ method, path }) => `${method} ${path.replace(/\/\d+/g, '/N').replace(/^\/SecretServer\/api/, '')}`)
    .sort();
