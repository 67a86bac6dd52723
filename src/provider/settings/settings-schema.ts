import * as z from 'zod';
import { type Attribute, readAttributes } from '../model/attribute.js';
import { SHORTEST_SECRET } from '../model/limits.js';
import { camelCase } from '../model/names.js';
import { profiles } from './surfaces.js';

/** Longest time in seconds that a timer of Node.js can wait: 2^31 - 1 milliseconds. */
const LONGEST_TIMER = 2_147_483;

/** Converts an attribute name to camelCase: Terraform and the environment use snake_case. */
function inCamelCase(name: unknown): unknown {
  return typeof name === 'string' ? camelCase(name) : name;
}

/** Describes a secret. Blanks around it are removed, as from a secret in a file: a line break at its end is common. */
function secret(description: string) {
  return z
    .string()
    .trim()
    .min(
      SHORTEST_SECRET,
      `must have at least ${SHORTEST_SECRET} characters: a shorter secret cannot be hidden in messages`,
    )
    .regex(/^\P{Cc}*$/u, 'must not contain line breaks or other control characters')
    .optional()
    .meta({ inCode: 'authority', sensitive: true, description });
}

/** The provider block. Every setting may also come from the environment: DELINEA_<NAME>; `inCode` is the rule for both. */
export const settingsSchema = z.object({
  tenant: z
    .string()
    .optional()
    .meta({ inCode: 'address', description: 'Tenant name, such as `acme` for https://acme.delinea.app.' }),
  url: z
    .string()
    .optional()
    .meta({ inCode: 'address', description: "The tenant's URL, if it is not https://<tenant>.delinea.app." }),
  clientId: z
    .string()
    .optional()
    .meta({ inCode: 'authority', description: 'OAuth client id for the Platform REST API.' }),
  clientSecret: secret('OAuth client secret for `clientId`.'),
  scimToken: secret('Static bearer token for the Platform SCIM API.'),
  scimClientId: z.string().optional().meta({
    inCode: 'authority',
    description: 'Service user for the SCIM Cloud Connector. Default: `clientId`.',
  }),
  scimClientSecret: secret('Password of `scimClientId`. Default: `clientSecret`.'),
  profile: z
    .enum(profiles)
    .optional()
    .meta({
      inCode: 'authority',
      description: `The product that serves all kinds: ${profiles.map((name) => `\`${name}\``).join(', ')}. Default: \`platform\`. \`routing\` overrides it for single kinds.`,
    }),
  secretServerUrl: z.string().optional().meta({
    inCode: 'address',
    description:
      'URL of Secret Server: `https://acme.secretservercloud.com`, or `https://vault.example.com/SecretServer` on-premises.',
  }),
  secretServerUser: z
    .string()
    .optional()
    .meta({ inCode: 'authority', description: 'User name for Secret Server REST (password grant).' }),
  secretServerPassword: secret('Password of `secretServerUser`.'),
  secretServerDomain: z
    .string()
    .optional()
    .meta({ inCode: 'authority', description: 'Domain of `secretServerUser`. Unset: a local user.' }),
  secretServerClientId: z.string().optional().meta({
    inCode: 'authority',
    description:
      'OAuth client id for Secret Server REST, if no user is set. Unset as well: `clientId` gets its token from the Platform.',
  }),
  secretServerClientSecret: secret('OAuth client secret for `secretServerClientId`.'),
  secretServerScimToken: secret('Static bearer token for the SCIM API of Secret Server.'),
  connectorUrl: z.string().optional().meta({
    inCode: 'address',
    description: 'URL of the on-prem SCIM Connector, such as `https://vault.example.com/SCIMConnector`.',
  }),
  connectorToken: secret('Token of the endpoint in the on-prem SCIM Connector.'),
  caFile: z.string().optional().meta({
    inCode: 'authority',
    description: 'PEM file with an additional certificate authority.',
  }),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .meta({ inCode: 'smaller', description: 'Maximum number of concurrent requests.' }),
  timeoutSeconds: z
    .number()
    .positive()
    .max(LONGEST_TIMER)
    .default(30)
    .meta({ inCode: 'smaller', description: 'Timeout of one request, in seconds.' }),
  retries: z
    .int()
    .min(0)
    .max(20)
    .default(6)
    .meta({ inCode: 'smaller', description: 'Maximum number of retries for a read or a throttled write.' }),
  maxRequests: z.int().min(1).optional().meta({
    inCode: 'smaller',
    description:
      'Maximum number of requests in one run, including token requests and retries. The run fails instead of sending more. In Terraform, a plan and its apply are two runs. Unset: no limit.',
  }),
  visibilitySeconds: z.number().min(0).max(LONGEST_TIMER).default(30).meta({
    inCode: 'smaller',
    description:
      'Maximum time, in seconds, to wait until a write is visible in reads through every surface (API of the tenant).',
  }),
  allowDelete: z
    .boolean()
    .default(false)
    .meta({ inCode: 'both', description: 'Must be true for `onRemoval = "delete"` (permanent deletion) to work.' }),
  externalIdFrom: z
    .preprocess(inCamelCase, z.enum(['userName']))
    .optional()
    .meta({
      description:
        'Attribute that supplies `externalId` for a user that is created over SCIM and does not declare one. The only value is `"userName"`. Unset: such a declaration is an error.',
    }),
  protectedPrincipals: z.array(z.string().min(1)).optional().meta({
    inCode: 'union',
    unordered: true,
    description:
      'Names of protected users and groups: an apply may disable them, remove them or reduce their access only if `allowPrincipals` (command line: `--allow-principal`) names them. The accounts that the run logs in as are always protected.',
  }),
  adminRoles: z.array(z.string().min(1)).optional().meta({
    inCode: 'union',
    unordered: true,
    description:
      'Roles that must keep an active holder, directly or through groups, unless `allowOrphans` (command line: `--allow-orphan`) names them. Containers must always keep an active Owner.',
  }),
  allowRemovals: z.int().min(0).optional().meta({
    inCode: 'allowance',
    description:
      'Allows a plan that removes exactly this many objects and members (command line: `--allow-removals`). Intended for one run.',
  }),
  allowMissing: z.int().min(0).optional().meta({
    inCode: 'allowance',
    description:
      'Continues although exactly this many managed objects are missing from the tenant (command line: `--allow-missing`). Intended for one run.',
  }),
  allowPrincipals: z.array(z.string().min(1)).optional().meta({
    inCode: 'allowance',
    unordered: true,
    description:
      'Protected users and groups that may lose access (command line: `--allow-principal`). Intended for one run.',
  }),
  allowOrphans: z.array(z.string().min(1)).optional().meta({
    inCode: 'allowance',
    unordered: true,
    description:
      'Containers and admin roles that may be left without an active holder (command line: `--allow-orphan`). Intended for one run.',
  }),
  routing: z
    .array(
      z.object({
        kind: z.string().meta({ description: 'Kind, such as `user`.' }),
        surface: z.string().meta({ description: 'Surface that serves the kind, such as `platform-scim`.' }),
      }),
    )
    .optional()
    .meta({
      unordered: true,
      inCode: 'address',
      elementKey: 'kind',
      description: 'Kinds that are served by another surface (API of the tenant) than their default one.',
    }),
  surfaces: z
    .array(
      z.object({
        name: z.string().meta({ description: 'Name of the surface, such as `scim-cloud`.' }),
        baseUrl: z.string().optional().meta({ description: 'Base URL.' }),
        tokenUrl: z.string().optional().meta({ description: 'OAuth token URL.' }),
        readScope: z.string().optional().meta({ description: 'OAuth scope for reading.' }),
        writeScope: z.string().optional().meta({ description: 'OAuth scope for writing.' }),
        adminScope: z.string().optional().meta({ description: 'OAuth scope for role assignments.' }),
        idSpace: z.string().optional().meta({
          description:
            'Name of an id space. Surfaces with the same id space use the same ids. Set it only if you have verified this.',
        }),
      }),
    )
    .optional()
    .meta({
      inCode: 'address',
      unordered: true,
      elementKey: 'name',
      description:
        'Overrides for individual surfaces (APIs of the tenant), if the tenant differs from the documentation.',
    }),
});

export const settingAttributes: readonly Attribute[] = readAttributes(settingsSchema);
