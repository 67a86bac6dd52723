import { Construct } from 'constructs';
import type { IContainer } from './container.js';
import type { DelineaProvider } from './delinea-provider.js';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { Container } from './gen/container.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { containerErrors, containerText } from './private/container-text.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { nameErrors } from './private/prop-errors.js';
import { resolved } from './private/resolved.js';

/** Props of a folder. */
export interface DelineaContainerProps extends DelineaResourceProps {
  /** Name of the folder, unique within its parent without regard to case. */
  readonly name: string;
  /** The parent: a declared folder, or the id, unique name or path of an existing one. @default a folder at the root */
  readonly parent?: string | IContainer;
  /** Whether a new folder has the permissions of its parent, on APIs that show it. @default unmanaged; a new folder does not */
  readonly inheritsPermissions?: boolean;
}

/**
 * A folder of secrets (`delinea_container`). It is created or found, and never deleted or moved. When it is removed from
 * the code, the folder stays.
 */
export class DelineaContainer extends Construct implements IContainer {
  /** The generated binding, for settings that these props do not have. */
  readonly resource: Container;
  readonly provider?: DelineaProvider;

  constructor(scope: Construct, id: string, props: DelineaContainerProps) {
    super(scope, id);
    const { name, parent, provider } = props;
    this.resource = new Container(this, 'Default', {
      ...commonProps(props),
      ...literal(attributesOf(props, 'parent')),
      ...(parent === undefined ? {} : { parent: literal(containerText(parent)) }),
    });
    if (provider) this.provider = provider;
    register({
      construct: this,
      element: this.resource,
      provider,
      claim: () => {
        if (typeof name !== 'string') return undefined;
        const place = parent === undefined ? '' : resolved(this, containerText(parent));
        return { label: `container "${name}"`, key: JSON.stringify(['container', place, name]).toLowerCase() };
      },
      errors: () => [
        ...nameErrors('name', name),
        ...(parent === undefined ? [] : containerErrors(this, 'parent', parent, provider)),
      ],
    });
  }

  /** Returns the folder's id. A getter, because reading the reference fixes the resource's logical id. */
  get containerId(): string {
    return this.resource.id;
  }
}
