import type { DelineaResourceProps } from './delinea-resource-props.js';
import type { Adoption, OnRemoval } from './gen/enums.js';
import type { IPrincipal } from './principal.js';

/** What a group is to be. Whatever is left out is not managed: the tenant keeps it. */
export interface DelineaGroupProps extends DelineaResourceProps {
  /** Name of the group, unique without regard to case. */
  readonly displayName: string;
  /** What the group is for. @default unmanaged */
  readonly description?: string;
  /** The identity provider's key for this group. @default unmanaged */
  readonly externalId?: string;
  /** All members, users or groups: anybody else is drift. @default unmanaged */
  readonly members?: IPrincipal[];
  /** Whether no members may empty a group that has some. @default false */
  readonly allowEmpty?: boolean;
  /** Names that the group had before: it is renamed rather than created anew. @default none */
  readonly previousNames?: string[];
  /** When a group that exists already is taken over. @default Adoption.WHEN_EQUAL */
  readonly adopt?: Adoption;
  /** What happens when this is removed from the code. @default OnRemoval.DEACTIVATE */
  readonly onRemoval?: OnRemoval;
}
