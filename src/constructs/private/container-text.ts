import type { IConstruct } from 'constructs';
import type { IContainer } from '../container.js';
import type { DelineaProvider } from '../delinea-provider.js';
import { nameErrors } from './prop-errors.js';
import { tenantErrors } from './tenant.js';

/** Returns the text that refers to a container: the id of a declared one, else the text as written. */
export function containerText(container: string | IContainer): string {
  return isDeclared(container) ? container.containerId : container;
}

/** Returns the errors of a prop that takes a container. @param provider the tenant of `scope`, which has the prop */
export function containerErrors(
  scope: IConstruct,
  prop: string,
  container: string | IContainer,
  provider: DelineaProvider | undefined,
): readonly string[] {
  if (!isDeclared(container)) return nameErrors(prop, container);
  return tenantErrors(scope, `${prop} ${container.node.path}`, container, provider);
}

/** An app may have the package twice, so its class is not compared. */
function isDeclared(container: string | IContainer): container is IContainer {
  return typeof container === 'object' && container !== null && typeof container.containerId === 'string';
}
