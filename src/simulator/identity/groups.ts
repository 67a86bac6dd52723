import type { IdSpace } from '../directory/identifiers.js';

/** Ids of groups: a UUID with underscores, as ams-consulting's client expects. */
export const GROUP_IDS: IdSpace = {
  show: (id) => id.replaceAll('-', '_'),
  resolve: (id) => id.replaceAll('_', '-'),
};

/** The groups of every tenant (the vendor's page on groups). They cannot be changed. */
export const SYSTEM_GROUPS = [
  { ID: 'Everybody', name: 'Everybody', description: '' },
  { ID: 'sysadmin', name: 'System Administrator', description: '' },
] as const;
