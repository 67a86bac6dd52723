import type { DelineaResourceProps } from './delinea-resource-props.js';
import type { Adoption, OnRemoval } from './gen/enums.js';
import type { IUser } from './grantee.js';

/** One e-mail address of a user. */
export interface Email {
  /** The address. */
  readonly value: string;
  /** Whether notifications go to it. @default unmanaged */
  readonly primary?: boolean;
}

/** One phone number of a user. */
export interface PhoneNumber {
  /** The number. */
  readonly value: string;
  /** Such as `work` or `mobile`. @default unmanaged */
  readonly type?: string;
}

/** What a user is to be. Whatever is left out is not managed: the tenant keeps it. */
export interface DelineaUserProps extends DelineaResourceProps {
  /** Login name (UPN), unique in the tenant without regard to case. */
  readonly userName: string;
  /** Full display name. @default unmanaged */
  readonly displayName?: string;
  /** First name. @default unmanaged */
  readonly givenName?: string;
  /** Last name. @default unmanaged */
  readonly familyName?: string;
  /** E-mail addresses, the whole set. @default unmanaged */
  readonly emails?: Email[];
  /** Whether the account may log in; a disabled account is never enabled again without `reactivate`. @default true on create, unmanaged afterwards */
  readonly active?: boolean;
  /** The identity provider's key for this user. @default unmanaged */
  readonly externalId?: string;
  /** Phone numbers, the whole set. @default unmanaged */
  readonly phoneNumbers?: PhoneNumber[];
  /** Job title. @default unmanaged */
  readonly title?: string;
  /** Department. @default unmanaged */
  readonly department?: string;
  /** The user's manager. @default unmanaged */
  readonly manager?: IUser;
  /** Login names that the account had before: it is renamed rather than created anew. @default none */
  readonly previousNames?: string[];
  /** When an account that exists already is taken over. @default Adoption.WHEN_EQUAL */
  readonly adopt?: Adoption;
  /** What happens when this is removed from the code. @default OnRemoval.DEACTIVATE */
  readonly onRemoval?: OnRemoval;
  /** Consent to enable a disabled account again: a ticket or a date. One text consents once. @default none */
  readonly reactivate?: string;
}
