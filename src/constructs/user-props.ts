import type { DelineaResourceProps } from './delinea-resource-props.js';
import type { Adoption, OnRemoval } from './gen/enums.js';
import type { IUser } from './grantee.js';

/** One e-mail address of a user. */
export interface Email {
  /** The address. */
  readonly value: string;
  /** Whether it is the primary address, which receives notifications. @default unmanaged */
  readonly primary?: boolean;
}

/** One phone number of a user. */
export interface PhoneNumber {
  /** The number. */
  readonly value: string;
  /** Type of the number, such as `work` or `mobile`. @default unmanaged */
  readonly type?: string;
}

/** Props of a user. Attributes that are not set are not managed and keep their value in the tenant. */
export interface DelineaUserProps extends DelineaResourceProps {
  /** Login name (UPN), unique in the tenant without regard to case. */
  readonly userName: string;
  /** Full display name. @default unmanaged */
  readonly displayName?: string;
  /** First name. @default unmanaged */
  readonly givenName?: string;
  /** Last name. @default unmanaged */
  readonly familyName?: string;
  /** All e-mail addresses; others are removed. @default unmanaged */
  readonly emails?: Email[];
  /** Whether the account can log in. A disabled account is enabled again only with `reactivate`. @default true on create, unmanaged afterwards */
  readonly active?: boolean;
  /** Key of the user in an identity provider. @default unmanaged */
  readonly externalId?: string;
  /** All phone numbers; others are removed. @default unmanaged */
  readonly phoneNumbers?: PhoneNumber[];
  /** Job title. @default unmanaged */
  readonly title?: string;
  /** Department. @default unmanaged */
  readonly department?: string;
  /** The user's manager. @default unmanaged */
  readonly manager?: IUser;
  /** Earlier login names of the account, without which it is not renamed. @default none */
  readonly previousNames?: string[];
  /** Condition for adopting an existing account. @default Adoption.WHEN_EQUAL */
  readonly adopt?: Adoption;
  /** Effect of removing this from the code. @default OnRemoval.DEACTIVATE */
  readonly onRemoval?: OnRemoval;
  /** Consent to enable a disabled account again, such as a ticket number or a date. Each text works once. @default none */
  readonly reactivate?: string;
}
