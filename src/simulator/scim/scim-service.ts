import type { IdSpaces } from '../directory/identifiers.js';
import type { ScimBase } from '../http/base-paths.js';
import type { Surface } from '../http/tokens.js';
import type { ErrorThreshold } from './error-threshold.js';

/** The differences between the SCIM services, as data. */
export interface ScimService {
  readonly name: Surface;
  readonly base: ScimBase;
  readonly ids: IdSpaces;
  /** The largest `count`; a larger one is refused. */
  readonly largestPage: number;
  /** Either is documented for the Platform, "depending on platform version" (guide 000); its default is an assumption. */
  readonly patchAnswer: 200 | 204;
  /**
   * The outcome of a create whose userName is in use: a duplicate if the request has no externalId (guide 000), a conflict,
   * or a user with the e-mail address as userName if that is new (fact sheet 4.2).
   */
  readonly nameInUse: 'duplicate' | 'conflict' | 'email';
  /** Secret Server's REST API cannot rename a user, so its connector cannot either. */
  readonly fixedUserName: boolean;
  /** A removed user is disabled, and then not found by a second removal (fact sheet 4.2). */
  readonly removalDisables: boolean;
  /** A disabled user can neither get a permission nor become a member (fact sheet 4.2). */
  readonly activeUsersOnly: boolean;
  /** Roles, and their assignment to users by PATCH (fact sheet 4.2). */
  readonly roles: boolean;
  /** Secret Server has no nested groups (OpenAPI 11.7.2). */
  readonly nestedGroups: boolean;
  /** Groups can be replaced by PUT: no in guide 000, yes in guide 001. */
  readonly groupPut: boolean;
  /** Folders and their permissions; absent = not served. */
  readonly containers?: ContainerService;
  /** `$ref` is a path in lower case with the scheme http, also for users and groups (fact sheet 4.2). */
  readonly lowerCaseRefs: boolean;
  readonly schemas: boolean;
  readonly resourceTypes: boolean;
  /** `supported` is the value in ServiceProviderConfig. No service executes bulk requests here. */
  readonly bulk: { readonly status: 404 | 501; readonly supported: boolean };
  /** Switches the service off after too many errors. */
  readonly errors?: ErrorThreshold;
}

interface ContainerService {
  /** Shows only the containers that the service user owns (guide 004). */
  readonly ownedOnly: boolean;
  /** A list of permissions needs a filter (guide 002). */
  readonly filterRequired: boolean;
  /** An attribute without its sub-attribute means its `value`, and numbers need no quotes (fact sheet 4.2). */
  readonly lenientFilters: boolean;
  /** PATCH of containers, and the list of their secrets (fact sheet 4.2). */
  readonly patch: boolean;
  readonly privilegedData: boolean;
  refusalOfRight(right: unknown): string;
}
