import type { Match } from './filter.js';
import type { PageObject, PageRow, RowState } from './page-data.js';

/** A right on a container or role, as a line of its node. */
export interface GraphRight {
  readonly state: RowState;
  readonly right: string;
  readonly privileged: boolean;
}

/**
 * A user, group, container or role in a graph; several that a row names together are one node. A node with the role `way`
 * is the room for an edge that passes a column.
 */
export interface GraphNode {
  readonly key: string;
  readonly role: 'people' | 'group' | 'scope' | 'way';
  readonly objects: readonly PageObject[];
  /** The first row that it is in. */
  readonly row: PageRow;
  readonly rights: GraphRight[];
  /** The nodes that lead to it, and those that it leads to. */
  readonly from: Set<GraphNode>;
  readonly to: Set<GraphNode>;
  column: number;
}

/** A step of a path. `right` is the line on which it ends, -1 on a node without rights. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** A node in each column between both. */
  readonly ways: GraphNode[];
  readonly right: number;
  readonly state: RowState;
}

/** A graph in columns: people, groups by depth, containers and roles. */
export interface Graph {
  readonly columns: readonly (readonly GraphNode[])[];
  readonly edges: readonly GraphEdge[];
}

/** Containers and roles of one row that are nodes of their own; more are one node. */
const OWN_NODES = 3;
/** Columns of groups: deeper ones share the last. */
const DEEPEST = 5;

/** Returns the graph of some rows. */
export function graphOf(matches: readonly Match[]): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const listKeys = new Map<readonly PageObject[], string>();
  const node = (role: GraphNode['role'], objects: readonly PageObject[], row: PageRow, column: number): GraphNode => {
    const listKey = listKeys.get(objects) ?? `list ${listKeys.size}`;
    if (objects.length > 1) listKeys.set(objects, listKey);
    const key = `${role} ${objects.length === 1 ? `${objects[0]!.kind} ${objects[0]!.name}` : listKey}`;
    const known = nodes.get(key) ?? { key, role, objects, row, rights: [], from: new Set(), to: new Set(), column };
    known.column = Math.max(known.column, column);
    nodes.set(key, known);
    return known;
  };
  const join = (from: GraphNode, to: GraphNode, right: number, state: RowState) => {
    const key = JSON.stringify([from.key, to.key, right, state]);
    if (!edges.has(key)) edges.set(key, { from, to, ways: [], right, state });
    from.to.add(to);
    to.from.add(from);
  };
  for (const { row, people, scopes } of matches) {
    const { state, through } = row;
    const chain = [node('people', people, row, 0), ...through.map((group, at) => node('group', [group], row, at + 1))];
    for (const [at, to] of chain.slice(1).entries()) join(chain[at]!, to, -1, state);
    const ends = scopes.length > OWN_NODES ? [scopes] : scopes.map((scope) => [scope]);
    for (const end of ends) {
      const scope = node('scope', end, row, 0);
      join(chain.at(-1)!, scope, lineOf(scope, row), state);
    }
  }
  const columns = columnsOf([...nodes.values()]);
  addWays(columns, [...edges.values()]);
  return { columns: untangled(columns), edges: [...edges.values()] };
}

function lineOf({ rights }: GraphNode, { state, right, privileged }: PageRow): number {
  const known = rights.findIndex((each) => each.state === state && each.right === right);
  return known >= 0 ? known : rights.push({ state, right, privileged }) - 1;
}

function columnsOf(nodes: readonly GraphNode[]): GraphNode[][] {
  const groups = nodes.filter(({ role }) => role === 'group');
  // A group is to the right of every group that leads to it. Groups may contain each other, so the depth has a limit.
  for (let round = 0; round < DEEPEST; round += 1)
    for (const group of groups)
      for (const next of group.to)
        if (next.role === 'group') next.column = Math.min(DEEPEST, Math.max(next.column, group.column + 1));
  const depths = [...new Set(groups.map(({ column }) => column))].sort((one, other) => one - other);
  return [
    nodes.filter(({ role }) => role === 'people'),
    ...depths.map((depth) => groups.filter(({ column }) => column === depth)),
    nodes.filter(({ role }) => role === 'scope'),
  ];
}

/** Adds room to the columns that edges pass, so that no edge passes behind a node. */
function addWays(columns: GraphNode[][], edges: readonly GraphEdge[]): void {
  const columnOf = new Map(columns.flatMap((column, at) => column.map((node) => [node, at] as const)));
  const known = new Map<string, GraphNode>();
  for (const { from, to, ways } of edges) {
    for (let at = columnOf.get(from)! + 1; at < columnOf.get(to)!; at += 1) {
      const key = JSON.stringify([from.key, to.key, at]);
      const way = known.get(key) ?? wayOf(key, from.row, at);
      if (!known.has(key)) columns[at]!.push(way);
      known.set(key, way);
      const before = ways.at(-1) ?? from;
      before.to.add(way);
      way.from.add(before);
      ways.push(way);
    }
    const last = ways.at(-1);
    if (!last) continue;
    last.to.add(to);
    to.from.add(last);
    from.to.delete(to);
    to.from.delete(from);
  }
}

function wayOf(key: string, row: PageRow, column: number): GraphNode {
  return { key, role: 'way', objects: [], row, rights: [], from: new Set(), to: new Set(), column };
}

/** Sorts each column by the places of its neighbours, so that fewer edges cross. */
function untangled(columns: GraphNode[][]): GraphNode[][] {
  const places = new Map<GraphNode, number>();
  const place = (column: readonly GraphNode[]) => {
    for (const [at, node] of column.entries()) places.set(node, (at + 0.5) / column.length);
  };
  const mean = (nodes: ReadonlySet<GraphNode>, otherwise: number) =>
    nodes.size === 0 ? otherwise : [...nodes].reduce((sum, each) => sum + places.get(each)!, 0) / nodes.size;
  const sort = (column: GraphNode[], side: 'from' | 'to') => {
    const keys = new Map(column.map((node) => [node, mean(node[side], places.get(node)!)]));
    column.sort((one, other) => keys.get(one)! - keys.get(other)!);
    place(column);
  };
  for (const column of columns) place(column);
  for (let round = 0; round < 3; round += 1) {
    for (const column of columns.slice(1)) sort(column, 'from');
    for (const column of columns.slice(0, -1).reverse()) sort(column, 'to');
  }
  return columns;
}
