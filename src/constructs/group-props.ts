import type { DelineaResourceProps } from './delinea-resource-props.js';
import type { Adoption, OnRemoval } from './gen/enums.js';
import type { IPrincipal } from './principal.js';

/** Props of a group. Attributes that are not set are not managed and keep their value in the tenant. */
export interface DelineaGroupProps extends DelineaResourceProps {
  /** Name of the group, unique without regard to case. */
  readonly displayName: string;
  /** Purpose of the group. @default unmanaged */
  readonly description?: string;
  /** Key of the group in an identity provider. @default unmanaged */
  readonly externalId?: string;
  /** All members, users or groups. Authoritative: other members are reported as drift and removed. @default unmanaged */
  readonly members?: IPrincipal[];
  /** Whether an empty `members` may remove every member. @default false: that is an error */
  readonly allowEmpty?: boolean;
  /** Earlier names of the group. A group with one of them is renamed instead of created. @default none */
  readonly previousNames?: string[];
  /** Condition for adopting an existing group. @default Adoption.WHEN_EQUAL */
  readonly adopt?: Adoption;
  /** Effect of removing this from the code. @default OnRemoval.DEACTIVATE */
  readonly onRemoval?: OnRemoval;
}
