import * as z from 'zod';
import { type Attribute, readAttributes } from '../model/attribute.js';
import { camelCase } from '../model/names.js';

/** An attribute's name as a value: Terraform and the environment have it in snake_case, code in camelCase. */
function inCamelCase(name: unknown): unknown {
  return typeof name === 'string' ? camelCase(name) : name;
}

/** What the provider block may say. Every string may come from the environment instead: DELINEA_<NAME>. */
export const settingsSchema = z.object({
  tenant: z.string().optional().meta({ description: 'Tenant name: `acme` stands for https://acme.delinea.app.' }),
  url: z.string().optional().meta({ description: "The tenant's URL, where it is not <tenant>.delinea.app." }),
  clientId: z.string().optional().meta({ description: 'OAuth client of the Platform REST API.' }),
  clientSecret: z.string().optional().meta({ sensitive: true, description: 'Its secret.' }),
  scimToken: z.string().optional().meta({ sensitive: true, description: 'Static bearer token of the Platform SCIM.' }),
  scimClientId: z
    .string()
    .optional()
    .meta({ description: 'Service user of the SCIM Cloud Connector; unset: `clientId`.' }),
  scimClientSecret: z
    .string()
    .optional()
    .meta({ sensitive: true, description: 'Its password; unset: `clientSecret`.' }),
  caFile: z.string().optional().meta({ description: 'PEM file of an extra certificate authority.' }),
  concurrency: z.int().min(1).max(64).default(8).meta({ description: 'Requests in flight at most.' }),
  timeoutSeconds: z.number().positive().default(30).meta({ description: 'Seconds that one request may take.' }),
  retries: z
    .int()
    .min(0)
    .max(20)
    .default(6)
    .meta({ description: 'How often a read, or a throttled write, is tried again.' }),
  maxRequests: z.int().min(1).optional().meta({
    description:
      'Requests that one run sends at most, those for tokens and repeated ones counted too; the next one is an error instead. To Terraform, a plan and its apply are two runs. Unset: no limit.',
  }),
  visibilitySeconds: z
    .number()
    .min(0)
    .default(30)
    .meta({ description: 'Seconds to wait until a write shows in a read, on this surface or on another.' }),
  allowDelete: z
    .boolean()
    .default(false)
    .meta({ description: 'The second key of `onRemoval = "delete"`, which is permanent.' }),
  externalIdFrom: z
    .preprocess(inCamelCase, z.enum(['userName']))
    .optional()
    .meta({
      description:
        'What a user created over SCIM gets as externalId where none is declared: `userName`. Unset: such a declaration is an error.',
    }),
  protectedPrincipals: z.array(z.string().min(1)).optional().meta({
    unordered: true,
    description:
      'Names of users and groups that no apply may disable, remove or take access from without naming them again (`--allow-principal`). The accounts that the run logs in as always are.',
  }),
  adminRoles: z.array(z.string().min(1)).optional().meta({
    unordered: true,
    description:
      'Roles that no apply may leave without an active holder, counted through groups, without naming them again (`--allow-orphan`). Containers never may be left without an active Owner.',
  }),
  allowRemovals: z.int().min(0).optional().meta({
    description:
      'Lets a plan through that removes exactly so many objects and members (`--allow-removals`). For one run: take it away afterwards.',
  }),
  allowMissing: z.int().min(0).optional().meta({
    description:
      'Goes on although exactly so many objects that are ours do not show, since they are really gone (`--allow-missing`). For one run: take it away afterwards.',
  }),
  allowPrincipals: z.array(z.string().min(1)).optional().meta({
    unordered: true,
    description:
      'Protected accounts and groups that may lose access (`--allow-principal`). For one run: take them away afterwards.',
  }),
  allowOrphans: z.array(z.string().min(1)).optional().meta({
    unordered: true,
    description:
      'Containers and admin roles that may be left without an active holder (`--allow-orphan`). For one run: take them away afterwards.',
  }),
  routing: z
    .array(
      z.object({
        kind: z.string().meta({ description: 'A kind, such as `user`.' }),
        surface: z.string().meta({ description: 'The surface that serves it, such as `platform-scim`.' }),
      }),
    )
    .optional()
    .meta({
      unordered: true,
      elementKey: 'kind',
      description: 'Which surface serves which kind, where not the default.',
    }),
  surfaces: z
    .array(
      z.object({
        name: z.string().meta({ description: 'The surface, such as `scim-cloud`.' }),
        baseUrl: z.string().optional().meta({ description: 'Base URL.' }),
        tokenUrl: z.string().optional().meta({ description: 'OAuth token URL.' }),
        readScope: z.string().optional().meta({ description: 'OAuth scope for reading.' }),
        writeScope: z.string().optional().meta({ description: 'OAuth scope for writing.' }),
        adminScope: z.string().optional().meta({ description: 'OAuth scope for role assignments.' }),
        idSpace: z
          .string()
          .optional()
          .meta({ description: 'Surfaces that are given one id space share ids; say so only where you know it.' }),
        sessionsPath: z.string().optional().meta({ description: 'Where sessions can be read, below the base URL.' }),
        checkoutsPath: z
          .string()
          .optional()
          .meta({ description: 'Where open check-outs can be read, below the base URL.' }),
      }),
    )
    .optional()
    .meta({ unordered: true, elementKey: 'name', description: 'What differs from the documented surfaces.' }),
});

export const settingAttributes: readonly Attribute[] = readAttributes(settingsSchema);

/** `clientSecret` is DELINEA_CLIENT_SECRET. */
export function environmentName(setting: string): string {
  return `DELINEA_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
