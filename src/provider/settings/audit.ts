/** The audit of a surface: the events that changed an object, each with its account and time. */
export interface Audit {
  /** The list for the objects of each kind. */
  readonly lists: Readonly<Record<string, AuditList>>;
  /** Assumptions without a published source; printed in the docs. */
  readonly assumed: string;
}

/** A list of audit events. */
export interface AuditList {
  /** Path below the surface's base URL. With `{id}`, the list has only the events of that object. */
  readonly path: string;
  /** A list that is selected by time and numbers its pages; absent: the list has the pages of its protocol. */
  readonly period?: Period;
  readonly event: EventFields;
  readonly permission: string;
}

/** The query and the response of a list that is selected by time, oldest event first. */
export interface Period {
  readonly query: Readonly<Record<string, string>>;
  readonly start: string;
  readonly end: string;
  readonly page: string;
  readonly pageSize: string;
  readonly items: string;
  readonly total: string;
}

type Path = readonly string[];

/** Places of the fields of an event. */
export interface EventFields {
  readonly when: Path;
  /** The account that made the change: the first of these that is set. */
  readonly who: readonly Path[];
  readonly action: Path;
  /** The object that was changed, by id or by name; absent: see `path` and `namedIn`. */
  readonly ids?: readonly Path[];
  readonly names?: readonly Path[];
  /** The kind of object that was changed, and the words of which the text has one. An event without it counts. */
  readonly type?: { readonly at: Path; readonly words: readonly string[] };
  /** A text that has the name of the object between punctuation marks. */
  readonly namedIn?: Path;
}

const platformEvents = {
  path: '/audit-events',
  period: {
    query: { 'api-version': '2.0' },
    start: 'StartDateTime',
    end: 'EndDateTime',
    page: 'Page',
    pageSize: 'PageSize',
    items: 'auditEvents',
    total: 'totalCount',
  },
  event: {
    when: ['eventDateTime'],
    who: [
      ['actor', 'name'],
      ['actor', 'displayName'],
    ],
    action: ['eventType', 'name'],
    ids: [
      ['target', 'id'],
      ['target', 'platformId'],
    ],
    names: [
      ['target', 'name'],
      ['target', 'displayName'],
    ],
  },
  permission: 'delinea.platform/audit/event/read',
} satisfies AuditList;

/** Words for each kind in `target.type`; the identity API calls groups roles. */
const TYPES = {
  user: ['user'],
  group: ['group', 'role'],
  role: ['role'],
  container: ['folder', 'container'],
} as const;

/**
 * The audit of the Platform. Path, query and the names of both fields of the response are the vendor's (fact sheet 1.6); the
 * fields of an event are those of the anonymised events in the tests of SEKOIA-IO/intake-formats.
 */
export const platformAudit: Audit = {
  lists: Object.fromEntries(
    Object.entries(TYPES).map(([kind, words]) => [
      kind,
      { ...platformEvents, event: { ...platformEvents.event, type: { at: ['target', 'type'], words } } },
    ]),
  ),
  assumed:
    'GET /audit/api/audit-events is published, the fields of an event are not: a third party shows `eventDateTime`, `eventType.name`, `actor.name` and `target` with `id`, `platformId`, `name` and `type`. The ids of users and groups are those of Platform REST, and the type has the word user, group, role or folder. The target of an event is the object that was changed, a group for its members. Pages are numbered from 1, the oldest event first.',
};

const NOTES = ['notes'];
const ACTION = { when: ['dateRecorded'], action: ['action'] };

/** The audits of Secret Server (OpenAPI 11.7.2). Names of permissions are from the vendor's list of role permissions. */
export const secretServerAudit: Audit = {
  lists: {
    user: {
      path: '/v1/users/{id}/audit',
      event: { ...ACTION, who: [['displayName']] },
      permission: 'View Users',
    },
    group: {
      path: '/v1/groups/audit',
      event: { ...ACTION, who: [['userDisplayName']], namedIn: NOTES },
      permission: 'View Groups',
    },
    role: {
      path: '/v1/role-audits',
      event: { ...ACTION, who: [['userName']], namedIn: NOTES },
      permission: 'View Roles',
    },
    container: {
      path: '/v1/folders/{id}/audit',
      event: { ...ACTION, who: [['displayName']] },
      permission: 'View Folders',
    },
  },
  assumed:
    'The audits of groups and roles have no id of the object: an event counts if its notes have the name of the object between punctuation marks. Times without a zone are UTC. The permissions that these calls need are not published.',
};
