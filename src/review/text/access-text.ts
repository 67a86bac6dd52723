import { type AccessReport, type ReportedAccess, visible } from '../../provider/index.js';
import { count } from './attributes.js';
import { csv } from './csv.js';
import type { Paint } from './paint.js';
import { table } from './table.js';

type Route = ReportedAccess['routes'][number];

/** Separates the groups of a path, the nearest first. */
const THROUGH = ' > ';

/** Returns a report of access as a table. Parts that were not read are listed: nobody may conclude that there is no other access. */
export function accessText(report: AccessReport, paint: Paint): string {
  const { access, groups, unread } = report;
  const head = `Access ${subjectOf(report)}, ${visible(report.tenant)}, read ${visible(report.taken)}`;
  const [first, ...lines] = table([columnsOf(report), ...access.map((each) => cellsOf(report, each))]);
  const body =
    access.length === 0
      ? [unread.length === 0 ? 'None was found.' : 'None was found in the parts that were read.']
      : [paint('strong', first!), ...lines];
  const parts = [
    [paint('strong', head)],
    body,
    ...(groups
      ? [[`Groups: ${groups.length === 0 ? 'none' : groups.map(({ name }) => visible(name)).join(', ')}`]]
      : []),
    ...(unread.length === 0
      ? []
      : [
          [
            paint('error', 'Could not be read, so there may be more access:'),
            ...unread.map((line) => `  - ${visible(line)}`),
          ],
        ]),
    ['Objects that the account of the run cannot see are not included.'],
  ];
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

/** Returns a report as CSV, one line for each path. Parts that were not read are lines of the kind `not read`. */
export function accessCsv({ access, unread }: AccessReport): string {
  const head = [
    'principal kind',
    'principal',
    'status',
    'right',
    'scope kind',
    'scope',
    'through',
    'inherited from',
    'paths',
  ];
  const rows = access.flatMap(({ principal, scope, right, routes, paths }) =>
    routes.map((route) => [
      principal.kind,
      principal.name,
      statusOf(principal),
      right,
      scope.kind,
      scope.name,
      route.through.map(({ name }) => name).join(THROUGH),
      route.inheritedFrom?.name ?? '',
      String(paths),
    ]),
  );
  return csv([head, ...rows, ...unread.map((reason) => ['not read', reason, ...head.slice(2).map(() => '')])]);
}

function subjectOf({ principal, scope }: AccessReport): string {
  const of = principal ? `of ${principal.kind} ${visible(principal.name)}` : '';
  const to = scope ? `to ${scope.kind} ${visible(scope.name)}` : '';
  return [of, to].filter((text) => text !== '').join(' ');
}

function columnsOf({ principal, scope }: AccessReport): string[] {
  return ['Right', ...(principal ? [] : ['Principal', 'Status']), ...(scope ? [] : ['On']), 'Through'];
}

function cellsOf({ principal, scope }: AccessReport, each: ReportedAccess): string[] {
  return [
    visible(each.right),
    ...(principal ? [] : [`${each.principal.kind} ${visible(each.principal.name)}`, statusOf(each.principal)]),
    ...(scope ? [] : [`${each.scope.kind} ${visible(each.scope.name)}`]),
    pathsOf(each, principal !== undefined && scope !== undefined),
  ];
}

/** @param isWhole whether all paths are listed, instead of the first */
function pathsOf({ routes, paths }: ReportedAccess, isWhole: boolean): string {
  const shown = isWhole ? routes : routes.slice(0, 1);
  const more = paths - shown.length;
  return [...shown.map(pathOf), ...(more > 0 ? [`and ${count(more, 'other path')}`] : [])].join('; ');
}

function pathOf({ through, inheritedFrom }: Route): string {
  const groups = through.length === 0 ? 'itself' : through.map(({ name }) => visible(name)).join(THROUGH);
  return inheritedFrom ? `${groups}, inherited from ${visible(inheritedFrom.name)}` : groups;
}

function statusOf({ active }: ReportedAccess['principal']): string {
  return active === undefined ? '-' : active ? 'active' : 'inactive';
}
