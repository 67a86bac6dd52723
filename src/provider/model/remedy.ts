/**
 * A way to resolve an error or a finding, as data. Each front end (command line, Terraform) has one renderer that names
 * its own option, block or construct for it.
 */
export type Remedy =
  /** Continue although this many managed objects are missing. `soFar`: later errors of the run may raise the count. */
  | { readonly kind: 'allowMissing'; readonly count: number; readonly soFar?: boolean }
  /** Allow this many removals in one run. `soFar` as above. */
  | { readonly kind: 'allowRemovals'; readonly count: number; readonly soFar?: boolean }
  /** Allow these protected users and groups to lose access. */
  | { readonly kind: 'allowPrincipals'; readonly names: readonly string[] }
  /** Allow these containers and roles to be left without an active holder. */
  | { readonly kind: 'allowOrphans'; readonly names: readonly string[] }
  /** Consent to enable an account again, or to create it again. */
  | { readonly kind: 'consent'; readonly account: string }
  /** Adopt the live object with this id. `resource`: its kind. */
  | { readonly kind: 'adopt'; readonly resource: string; readonly id: string }
  /** Give an attribute a value, on the declaration or on the provider. Name in camelCase. */
  | {
      readonly kind: 'set';
      readonly attribute: string;
      readonly value: string | number | boolean;
      readonly on: 'resource' | 'provider';
    }
  /** Set a list in the environment as JSON, because a name in it has a comma. `setting`: its name in camelCase. */
  | { readonly kind: 'listAsJson'; readonly setting: string; readonly names: readonly string[] }
  /** Raise a limit in the provider settings. Name in camelCase. */
  | { readonly kind: 'raise'; readonly setting: string }
  /** Show the adoption of the live object with this id as an import. `resource`: its kind. */
  | { readonly kind: 'import'; readonly resource: string; readonly id: string }
  /** Refer to an object that is managed elsewhere instead of declaring it. `name`: its natural key, if known. */
  | { readonly kind: 'refer'; readonly resource: string; readonly name?: string }
  /** Forget what was recorded as managed (ledger or state), and adopt it again. */
  | { readonly kind: 'recordAgain' }
  /** Forget one object without a write to the tenant. */
  | { readonly kind: 'forget' }
  /** Read every possible holder, however many requests that takes. */
  | { readonly kind: 'readAllHolders' }
  /** Start a ledger. */
  | { readonly kind: 'initLedger' }
  /** Declare that a resource was renamed in code. `resource`: its kind. */
  | { readonly kind: 'moved'; readonly resource: string }
  /** Let Terraform plan or apply more resources at the same time. */
  | { readonly kind: 'parallelism'; readonly above: number };
