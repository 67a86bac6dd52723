import type { GroupRecord, UserRecord } from '../directory/records.js';
import { mailOf } from '../directory/records.js';
import { isObject, type Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import { GROUP_IDS, SYSTEM_GROUPS } from './groups.js';
import type { IdentityCalls } from './identity-call.js';
import { type Row, rowsResult } from './rows.js';

interface Report {
  /** The parameter that the report needs, and the columns that it is compared with. */
  readonly parameter?: string;
  readonly columns?: readonly string[];
  /** Whether the parameter is a pattern. */
  readonly pattern?: boolean;
  rows(tenant: Tenant): Row[];
}

const byName = { parameter: 'searchString', pattern: true };

/** The stored reports that public clients run. Names and parameters: vendor's and ams-consulting's clients. */
const REPORTS: Readonly<Record<string, Report>> = {
  user_all: { rows: userRows },
  user_byid: { parameter: 'userid', columns: ['ID'], rows: userRows },
  user_searchbyname: { ...byName, columns: ['Username', 'DisplayName'], rows: userRows },
  all_role: { rows: groupRows },
  role_byid: { parameter: 'roleid', columns: ['ID'], rows: groupRows },
  role_searchbyname: { ...byName, columns: ['name'], rows: groupRows },
};

/** Returns the call that runs a report: filters, sorts and pages its rows, `{Results: [{Row}]}` without a total. */
export function reportCalls(tenant: Tenant): IdentityCalls {
  return {
    'Report/RunReport': {
      run: ({ ID, Args }) => {
        const report = REPORTS[String(ID).toLowerCase()];
        if (!report) throw new Refusal(200, `The report '${ID}' was not found.`);
        const args = isObject(Args) ? Args : {};
        const rows = page(sorted(filtered(report, report.rows(tenant), args), args), args);
        return rowsResult(tenant, rows);
      },
    },
  };
}

/**
 * Returns the columns of users. Documented are `ID`, `Username`, `status` with the value `Suspended`, `created` and
 * `lastLogin` with dates as `/Date(ms)/`; the others, and the value `Active`, are assumptions.
 */
function userRows({ directory }: Tenant): Row[] {
  return directory.users.seenAll().map((user: UserRecord) => ({
    ID: user.id,
    Username: user.userName,
    DisplayName: user.displayName ?? '',
    Mail: mailOf(user) ?? '',
    status: user.active ? 'Active' : 'Suspended',
    created: `/Date(${Date.parse(user.created)})/`,
    lastLogin: null,
  }));
}

/** Returns the columns of groups, as the vendor's test found them; the values of `roletype` and `visibility` are assumptions. */
function groupRows({ directory }: Tenant): Row[] {
  const own = directory.groups.seenAll().map(({ id, displayName, description = '' }: GroupRecord) => ({
    ID: GROUP_IDS.show(id),
    name: displayName,
    description,
  }));
  return [...SYSTEM_GROUPS, ...own].map(({ ID, ...texts }) => ({
    ...texts,
    roletype: 'PrincipalList',
    visibility: 'All',
    ID,
  }));
}

function filtered({ parameter, columns = [], pattern }: Report, rows: Row[], { Parameters }: Json): Row[] {
  if (parameter === undefined) return rows;
  const sent = Array.isArray(Parameters) ? Parameters : [];
  const value = sent.find((one) => isObject(one) && one.Name === parameter)?.Value;
  if (typeof value !== 'string') throw new Refusal(200, `The parameter '${parameter}' is missing.`);
  const matches = pattern ? like(value) : (text: string) => text === value;
  return rows.filter((row) => columns.some((column) => matches(String(row[column]))));
}

/** Matches as SQL does: `%` is any text, `_` any character. The search strings of public clients have the form `%x%`. */
function like(pattern: string): (text: string) => boolean {
  const parts = [...pattern].map(
    (character) => WILDCARDS[character] ?? character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  const expression = new RegExp(`^${parts.join('')}$`, 'is');
  return (text) => expression.test(text);
}

const WILDCARDS: Readonly<Record<string, string>> = { '%': '.*', _: '.' };

/** Sorts by a column of the report. Any other column leaves the order of creation. */
function sorted(rows: Row[], { SortBy, Ascending = true }: Json): Row[] {
  const column = Object.keys(rows[0] ?? {}).find((key) => key.toLowerCase() === String(SortBy).toLowerCase());
  if (column === undefined) return rows;
  const key = (row: Row) => String(row[column]).toLowerCase();
  const direction = Ascending ? 1 : -1;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -direction : direction));
}

/** Returns the page. Without paging arguments a report has one page. `PageNumber` counts from 1. */
function page(rows: Row[], { PageNumber, PageSize, Limit }: Json): Row[] {
  const limited = rows.slice(0, wholeNumber('Limit', Limit, rows.length));
  const size = wholeNumber('PageSize', PageSize, limited.length);
  const skip = (wholeNumber('PageNumber', PageNumber, 1) - 1) * size;
  return limited.slice(skip, skip + size);
}

function wholeNumber(name: string, value: unknown, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  if (Number.isInteger(value) && (value as number) >= 1) return value as number;
  throw new Refusal(200, `'${name}' must be an integer from 1.`);
}
