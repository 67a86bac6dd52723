import type { Construct, IConstruct } from 'constructs';
import type { DelineaProvider } from '../delinea-provider.js';
import { Aspects, dependable, TerraformDataSource, TerraformResource, TerraformStack } from '../gen/cdk.js';
import { visible } from '../gen/visible.js';
import { recordCreationSite } from './creation-site.js';
import type { PermissionScope } from './permission-scope.js';
import { providerErrors, tenantOf } from './tenant.js';

/** An object that at most one construct of a stack may declare. */
export interface Claim {
  /** Text for messages: `user "jane@example.com"`. */
  readonly label: string;
  /** Equal for names that the tenant treats as the same object. */
  readonly key: string;
  /** A value in which two claims of the same object may differ, such as the right. */
  readonly variant?: { readonly name: string; readonly value: string };
  /** The container, role or group of the edge. No construct of the stack may manage it authoritatively. */
  readonly scope?: PermissionScope;
  /** The key of a scope that the object manages authoritatively, if that is not its own key: the members of a group. */
  readonly manages?: string;
}

export interface Declaration {
  readonly construct: Construct;
  readonly element: TerraformResource | TerraformDataSource;
  /** The prop of the construct itself, without inheritance. */
  readonly provider: DelineaProvider | undefined;
  /** Called during synthesis, when names and references can be resolved. */
  readonly claim?: () => Claim | undefined;
  /** Errors in the construct's own props. */
  readonly errors?: () => readonly string[];
}

function duplicateError(mine: Claim, first: Claim, path: string): string {
  if (mine.variant && first.variant && mine.variant.value !== first.variant.value) {
    const { name, value } = mine.variant;
    return `${mine.label} has two ${name}: "${value}" here and "${first.variant.value}" at ${path}; keep one`;
  }
  return `${mine.label}: declared twice, here and at ${path}; remove one`;
}

/** Adds the tenant to a key: the same name in two tenants means two objects. */
function inTenant(element: Declaration['element'], key: string): string {
  return JSON.stringify([tenantOf(element.provider), key]);
}

function addressOf(element: Declaration['element']): string {
  const prefix = TerraformDataSource.isTerraformDataSource(element) ? 'data.' : '';
  return `${prefix}${element.terraformResourceType}.${element.friendlyUniqueId}`;
}

/** Returns whether a `moved` block is written instead of an element, which then declares nothing. */
function isMovedAway(element: Declaration['element']): boolean {
  if (!TerraformResource.isTerraformResource(element)) return false;
  const move = element.hasResourceMove();
  return move !== undefined && ('moveTarget' in move || move.from === addressOf(element));
}

type Report = (construct: Construct, text: string) => void;

/** The CDK strips all other characters from ids and merges ids that are then equal. */
const ADDRESS_RULE =
  'use an id that starts with a letter and is unique in its letters, digits, "-" and "_"; other characters are dropped';

/** All declarations of one stack. Finds conflicts between them and passes dependencies on to Terraform. */
class Declarations {
  private readonly all: Declaration[] = [];
  private readonly elements = new Map<IConstruct, Declaration['element']>();
  private readonly constructs = new Map<IConstruct, Declaration>();
  private contradictions: Map<Construct, string[]> | undefined;

  constructor(stack: TerraformStack) {
    Aspects.of(stack).add({ visit: (node) => this.passOnDependencies(node) });
  }

  add(declaration: Declaration): void {
    this.all.push(declaration);
    this.elements.set(declaration.element, declaration.element);
    this.constructs.set(declaration.construct, declaration);
    this.contradictions = undefined;
    declaration.construct.node.addValidation({
      validate: () => (isMovedAway(declaration.element) ? [] : this.errorsOf(declaration)).map(visible),
    });
  }

  private errorsOf({ construct, provider, errors }: Declaration): readonly string[] {
    this.contradictions ??= this.compare();
    return [
      ...providerErrors(construct, provider),
      ...(errors?.() ?? []),
      ...(this.contradictions.get(construct) ?? []),
    ];
  }

  private compare(): Map<Construct, string[]> {
    const found = new Map<Construct, string[]>();
    const declared = this.all.filter(({ element }) => !isMovedAway(element));
    const report = (construct: Construct, text: string) =>
      found.set(construct, [...(found.get(construct) ?? []), text]);
    this.compareAddresses(declared, report);
    this.compareClaims(declared, report);
    return found;
  }

  private compareAddresses(declared: readonly Declaration[], report: Report): void {
    const addresses = new Map<string, string>();
    for (const { construct, element } of declared) {
      const address = addressOf(element);
      const holder = addresses.get(address);
      if (!/^[A-Za-z_]/.test(element.friendlyUniqueId))
        report(construct, `${address} is not a valid address: ${ADDRESS_RULE}`);
      else if (holder !== undefined) report(construct, `${address} is also the address of ${holder}: ${ADDRESS_RULE}`);
      else addresses.set(address, construct.node.path);
    }
  }

  private compareClaims(declared: readonly Declaration[], report: Report): void {
    const claims = new Map<string, { claim: Claim; path: string }>();
    const permissions: { construct: Construct; scope: PermissionScope; key: string }[] = [];
    for (const { construct, element, claim: resolveClaim } of declared) {
      const claim = resolveClaim?.();
      if (!claim) continue;
      const key = inTenant(element, claim.key);
      const first = claims.get(key);
      if (first) report(construct, duplicateError(claim, first.claim, first.path));
      else claims.set(key, { claim, path: construct.node.path });
      if (claim.manages) claims.set(inTenant(element, claim.manages), { claim, path: construct.node.path });
      if (claim.scope) permissions.push({ construct, scope: claim.scope, key: inTenant(element, claim.scope.key) });
    }
    for (const { construct, scope, key } of permissions) {
      const set = claims.get(key);
      if (set)
        report(
          construct,
          `${set.path} manages all ${scope.element}s of ${scope.label}; add the ${scope.element} there`,
        );
    }
  }

  /**
   * Translates `node.addDependency`, which CDKTF ignores, to `depends_on`; across stacks, to a dependency of the stacks.
   */
  private passOnDependencies(node: IConstruct): void {
    const element = this.elements.get(node);
    if (!element || isMovedAway(element)) return;
    const dependencies = new Set(
      node.node.scopes.flatMap((scope) => scope.node.dependencies).flatMap((root) => this.elementsIn(root)),
    );
    dependencies.delete(element);
    const dependsOn = new Set(element.dependsOn);
    for (const other of dependencies) {
      if (other.cdktfStack !== element.cdktfStack) element.cdktfStack.addDependency(other.cdktfStack);
      else if (!isMovedAway(other)) dependsOn.add(dependable(other));
    }
    if (dependsOn.size > 0) element.dependsOn = [...dependsOn];
  }

  /**
   * Returns the resources of a construct; for a construct of this package only its own resource, without its grants.
   */
  private elementsIn(root: IConstruct): readonly Declaration['element'][] {
    const own = this.constructs.get(root);
    if (own) return [own.element];
    return root.node
      .findAll()
      .filter(
        (node): node is Declaration['element'] =>
          TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node),
      );
  }
}

const byStack = new WeakMap<TerraformStack, Declarations>();

/** Registers a declaration with its stack, which checks it against the others during synthesis. */
export function register(declaration: Declaration): void {
  const stack = TerraformStack.of(declaration.construct);
  let declarations = byStack.get(stack);
  if (!declarations) {
    declarations = new Declarations(stack);
    byStack.set(stack, declarations);
  }
  declarations.add(declaration);
  if (TerraformResource.isTerraformResource(declaration.element)) recordCreationSite(declaration.element);
}
