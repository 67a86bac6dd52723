import type { HostileChange } from './hostile-change.js';

/** Names that a runner, a terminal or a reader takes for something else. */
const NAMES: Readonly<Record<string, string>> = {
  'command of GitHub': '::add-mask::admin',
  'older command of GitHub': 'a ##[add-mask]admin',
  'output of GitHub': '::set-output name=x::y',
  'command of Azure': '##vso[task.complete result=Succeeded;]x',
  'message of TeamCity': "##teamcity[buildStop comment='x']",
  'section of GitLab': 'section_start:1:x\r\u001b[0Kx',
  'header of Buildkite': '+++ x',
  'command after a line feed': 'x\n::error::y',
  'command after a carriage return': 'x\r##[error]y',
  'line of a plan': 'x\n  + resource "delinea_user" "y" {',
  colour: '\u001b[8mhidden\u001b[0m',
  'C1 control': 'a\u009b31mb',
  'title of the terminal': 'a\u001b]0;title\u0007',
  'from right to left': 'abc\u202edcba\u202c',
  isolates: 'a\u2066b\u2069c',
  'zero width': 'ro\u200bot',
  'tag characters': 'root\u{e0061}\u{e0062}',
  'hangul filler': 'a\u3164b',
  'unusual blank': 'a\u00a0b',
  'line separator': 'a\u2028::error::b',
  'escape of an escape': 'a\\u001b[31m',
  'mixed scripts': 'аdmіn',
  template: '${file("/etc/passwd")}',
  path: '../../etc/passwd',
  prototype: '__proto__',
};

const USER = 'delinea_user';
const GROUP = 'delinea_group';

/** Where a name can be: resources that have `<name>`. A user or group that is new also gets access. */
const FIELDS: Readonly<Record<string, NonNullable<HostileChange['resource']>>> = {
  'user_name of a new Owner': {
    [USER]: { x: { user_name: '<name>' } },
    delinea_container_permission: {
      x: { container: 'prod', right: 'Owner', principal_type: 'user', principal_id: '${delinea_user.x.id}' },
    },
  },
  'user_name of a new admin': {
    [USER]: { x: { user_name: '<name>' } },
    delinea_role_binding: {
      x: { role: 'Platform Admin', principal_type: 'user', principal_id: '${delinea_user.x.id}' },
    },
  },
  'display_name of a new group': {
    [GROUP]: { x: { display_name: '<name>', members: ['${delinea_user.bob.id}'] } },
    delinea_container_permission: {
      x: { container: 'stage', right: 'Edit', principal_type: 'group', principal_id: '${delinea_group.x.id}' },
    },
  },
  display_name: { [USER]: { bob: { display_name: '<name>' } } },
  given_name: { [USER]: { bob: { given_name: '<name>' } } },
  family_name: { [USER]: { bob: { family_name: '<name>' } } },
  title: { [USER]: { bob: { title: '<name>' } } },
  department: { [USER]: { bob: { department: '<name>' } } },
  external_id: { [USER]: { bob: { external_id: '<name>' } } },
  manager: { [USER]: { bob: { manager: '<name>' } } },
  'e-mail': { [USER]: { bob: { emails: [{ value: '<name>' }] } } },
  'phone number': { [USER]: { bob: { phone_numbers: [{ value: '<name>', type: '<name>' }] } } },
  previous_names: { [USER]: { y: { user_name: 'y@example.com', previous_names: ['<name>'] } } },
  reactivate: { [USER]: { bob: { reactivate: '<name>' } } },
  on_removal: { [USER]: { bob: { on_removal: '<name>' } } },
  'new name of a user': { [USER]: { bob: { user_name: '<name>' } } },
  description: { [GROUP]: { sre: { description: '<name>' } } },
  container: { delinea_container_permission: { bob: { container: '<name>' } } },
  right: { delinea_container_permission: { bob: { right: '<name>' } } },
  role: { delinea_role_binding: { bob: { role: '<name>' } } },
  principal_type: { delinea_role_binding: { bob: { principal_type: '<name>' } } },
  principal_id: { delinea_role_binding: { bob: { principal_id: '<name>' } } },
  address: { [USER]: { '<name>': { user_name: 'z@example.com' } } },
  attribute: { [USER]: { bob: { '<name>': 'x' } } },
};

/** Fields of which Terraform itself prints the name. */
const OF_TERRAFORM = ['address', 'attribute'];

/** Each field gets this many of the names, in turn, so that each name is in several fields. */
const NAMES_OF_A_FIELD = 5;

const named = <T>(of: T, name: string): T =>
  JSON.parse(JSON.stringify(of).replaceAll('<name>', JSON.stringify(name).slice(1, -1)));

const everyField = Object.entries(FIELDS).flatMap(([field, resource], index) =>
  Array.from({ length: NAMES_OF_A_FIELD }, (_, turn) => {
    const names = Object.entries(NAMES);
    const [what, name] = names[(index * NAMES_OF_A_FIELD + turn) % names.length]!;
    return { name: `${field}: ${what}`, resource: named(resource, name), embeddedOnly: OF_TERRAFORM.includes(field) };
  }),
);

/** Names that a reader takes for a live one: another account gets the access. The plan has to name the look-alike. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  'Cyrillic letter': 'bоss@example.com',
  'Greek letter': 'bοss@example.com',
  'two letters for one': 'ann@exarnple.com',
  'zero width': 'ann\u200b@example.com',
  'full width': 'ａnn@example.com',
};

/** A name in every field, and look-alikes of live accounts that become Owner or administrator. */
export const HOSTILE_NAMES: readonly HostileChange[] = [
  ...everyField,
  ...Object.entries(LOOK_ALIKES).flatMap(([how, name]) =>
    ['user_name of a new Owner', 'user_name of a new admin'].map((field) => ({
      name: `${field}: look-alike by a ${how}`,
      resource: named(FIELDS[field]!, name),
      shown: 'looks like',
    })),
  ),
];
