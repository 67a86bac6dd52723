import type { Construct, IConstruct } from 'constructs';
import type { DelineaProvider } from '../delinea-provider.js';
import { Aspects, dependable, TerraformDataSource, TerraformResource, TerraformStack } from '../gen/cdk.js';
import type { PermissionScope } from './permission-scope.js';
import { providerErrors, tenantOf } from './tenant.js';

/** Something of which a stack has at most one. */
export interface Claim {
  /** For people: `user "jane@example.com"`. */
  readonly label: string;
  /** Equal for what the tenant takes for the same thing. */
  readonly key: string;
  /** In what two claims of one thing may differ, such as the right. */
  readonly variant?: { readonly name: string; readonly value: string };
  /** The set that it belongs to: no other construct of the stack may claim that. */
  readonly scope?: PermissionScope;
}

export interface Declaration {
  readonly construct: Construct;
  readonly element: TerraformResource | TerraformDataSource;
  /** As it was given to the construct itself. */
  readonly provider: DelineaProvider | undefined;
  /** Asked at synth, when names and references can be told. */
  readonly claim?: () => Claim | undefined;
  /** Mistakes in the construct's own props. */
  readonly errors?: () => readonly string[];
}

function duplicateError(mine: Claim, first: Claim, path: string): string {
  if (mine.variant && first.variant && mine.variant.value !== first.variant.value) {
    const { name, value } = mine.variant;
    return `${mine.label} has two ${name}: "${value}" here and "${first.variant.value}" at ${path}; keep one`;
  }
  return `${mine.label} is declared twice, here and at ${path}; remove one`;
}

/** The same thing in two tenants is two things. */
function inTenant(element: Declaration['element'], key: string): string {
  return JSON.stringify([tenantOf(element.provider), key]);
}

function addressOf(element: Declaration['element']): string {
  const prefix = TerraformDataSource.isTerraformDataSource(element) ? 'data.' : '';
  return `${prefix}${element.terraformResourceType}.${element.friendlyUniqueId}`;
}

type Report = (construct: Construct, text: string) => void;

/** The CDK strips every other character from ids, and merges what is then equal. */
const ADDRESS_RULE =
  'start the id with a letter and let it differ from others in letters, digits, "-" or "_"; other characters are dropped';

/** Everything of ours in one stack: finds what contradicts each other, and carries dependencies to Terraform. */
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
      validate: () => [
        ...providerErrors(declaration.provider),
        ...(declaration.errors?.() ?? []),
        ...this.contradictionsOf(declaration.construct),
      ],
    });
  }

  private contradictionsOf(construct: Construct): readonly string[] {
    this.contradictions ??= this.compare();
    return this.contradictions.get(construct) ?? [];
  }

  private compare(): Map<Construct, string[]> {
    const found = new Map<Construct, string[]>();
    const report = (construct: Construct, text: string) =>
      found.set(construct, [...(found.get(construct) ?? []), text]);
    this.compareAddresses(report);
    this.compareClaims(report);
    return found;
  }

  private compareAddresses(report: Report): void {
    const addresses = new Map<string, string>();
    for (const { construct, element } of this.all) {
      const address = addressOf(element);
      const holder = addresses.get(address);
      if (!/^[A-Za-z_]/.test(element.friendlyUniqueId)) report(construct, `${address} is no address: ${ADDRESS_RULE}`);
      else if (holder !== undefined) report(construct, `${address} is the address of ${holder} too: ${ADDRESS_RULE}`);
      else addresses.set(address, construct.node.path);
    }
  }

  private compareClaims(report: Report): void {
    const claims = new Map<string, { claim: Claim; path: string }>();
    const parts: { construct: Construct; set: PermissionScope; key: string }[] = [];
    for (const { construct, element, claim: ask } of this.all) {
      const claim = ask?.();
      if (!claim) continue;
      const key = inTenant(element, claim.key);
      const first = claims.get(key);
      if (first) report(construct, duplicateError(claim, first.claim, first.path));
      else claims.set(key, { claim, path: construct.node.path });
      if (claim.scope) parts.push({ construct, set: claim.scope, key: inTenant(element, claim.scope.key) });
    }
    for (const { construct, set, key } of parts) {
      const whole = claims.get(key);
      if (whole) report(construct, `${set.label} is managed whole at ${whole.path}; add the ${set.element} there`);
    }
  }

  /** The CDK leaves `node.addDependency` to its users; Terraform learns of it through `depends_on`. */
  private passOnDependencies(node: IConstruct): void {
    const element = this.elements.get(node);
    if (!element) return;
    const wanted = node.node.scopes
      .flatMap((scope) => scope.node.dependencies)
      .flatMap((root) => this.elementsIn(root))
      .filter((other) => other !== element && other.cdktfStack === element.cdktfStack);
    if (wanted.length === 0) return;
    const mine = new Set(element.dependsOn);
    for (const other of new Set(wanted)) mine.add(dependable(other));
    element.dependsOn = [...mine];
  }

  /** One of our constructs stands for its own object alone, not for the rights and roles below it. */
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

/** Makes a construct known to its stack, which compares it with the others at synth. */
export function register(declaration: Declaration): void {
  const stack = TerraformStack.of(declaration.construct);
  let declarations = byStack.get(stack);
  if (!declarations) {
    declarations = new Declarations(stack);
    byStack.set(stack, declarations);
  }
  declarations.add(declaration);
}
