import type { SimulatorOptions } from '../../simulator/index.js';

/** A tenant that was filled without code: nothing in it is managed. */
export const UNMANAGED: SimulatorOptions = {
  data: {
    users: [{ userName: 'jane@example.com', title: 'Cook' }, { userName: 'tom@example.com' }],
    groups: [{ displayName: 'sre', members: ['jane@example.com'] }, { displayName: 'empty' }],
    containers: ['prod'],
    containerPermissions: [{ container: 'prod', group: 'sre', right: 'View' }],
    roleBindings: [{ role: 'Auditor', user: 'tom@example.com' }],
  },
};
