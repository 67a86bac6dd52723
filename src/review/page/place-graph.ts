import type { Graph, GraphEdge, GraphNode } from './graph.js';

/** A rectangle in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<GraphNode, Box>;
  /** Left edge of each column. */
  readonly columns: readonly number[];
  /** The curve of each edge, as the path of an SVG. */
  readonly curves: readonly { readonly edge: GraphEdge; readonly path: string }[];
}

/** Height of the name in a node, and of each right below it; the style sheet has the same. */
const NAME_HEIGHT = 40;
const RIGHT_HEIGHT = 26;
const BELOW_RIGHTS = 8;
const WAY_HEIGHT = 12;
const [NARROWEST, WIDEST] = [170, 300];
const [GAP_ACROSS, GAP_DOWN] = [84, 14];
/** Distance between two edges of the same nodes, such as one gained and one lost. */
const APART = 5;

/** Places a graph. @param available width in pixels; a graph that needs more is wider */
export function placed({ columns, edges }: Graph, available: number): PlacedGraph {
  const gaps = GAP_ACROSS * (columns.length - 1);
  const nodeWidth = Math.min(WIDEST, Math.max(NARROWEST, (available - gaps) / columns.length));
  const gap = Math.max(GAP_ACROSS, (available - nodeWidth * columns.length) / (columns.length - 1));
  const heights = columns.map((column) => column.reduce((sum, node) => sum + heightOf(node) + GAP_DOWN, -GAP_DOWN));
  const height = Math.max(...heights);
  const boxes = new Map<GraphNode, Box>();
  const lefts = columns.map((_, at) => at * (nodeWidth + gap));
  for (const [at, column] of columns.entries()) {
    let y = (height - heights[at]!) / 2;
    for (const node of column) {
      boxes.set(node, { x: lefts[at]!, y, width: nodeWidth, height: heightOf(node) });
      y += heightOf(node) + GAP_DOWN;
    }
  }
  const beside = new Map<string, number>();
  const curves = edges.map((edge) => {
    const [from, to] = [boxes.get(edge.from)!, boxes.get(edge.to)!];
    const pair = `${edge.from.key}\n${edge.to.key}\n${edge.right}`;
    const before = beside.get(pair) ?? 0;
    beside.set(pair, before + 1);
    const shift = before * APART;
    const ways = edge.ways.map((way) => boxes.get(way)!);
    const rows = ways.map(({ y }) => y + WAY_HEIGHT / 2 + shift);
    // Alternately the right and the left side of each box on the way: curves between the boxes, straight lines within.
    const points = [
      { x: from.x + from.width, y: from.y + NAME_HEIGHT / 2 + shift },
      ...ways.flatMap(({ x, width }, at) => [x, x + width].map((side) => ({ x: side, y: rows[at]! }))),
      { x: to.x, y: to.y + endOf(edge) + shift },
    ];
    return { edge, path: pathOf(points) };
  });
  return { width: lefts.at(-1)! + nodeWidth, height, boxes, columns: lefts, curves };
}

/** Returns the path through points in pairs: from one to the next a curve, from that to the one after it a line. */
function pathOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  const parts = points.slice(1).map(({ x, y }, at) => {
    const { x: start, y: height } = points[at]!;
    if (at % 2 === 1) return `H${x}`;
    const bend = Math.max(30, (x - start) / 2);
    return `C${start + bend} ${height} ${x - bend} ${y} ${x} ${y}`;
  });
  return `M${points[0]!.x} ${points[0]!.y}${parts.join('')}`;
}

function heightOf({ role, rights }: GraphNode): number {
  if (role === 'way') return WAY_HEIGHT;
  return NAME_HEIGHT + (rights.length === 0 ? 0 : rights.length * RIGHT_HEIGHT + BELOW_RIGHTS);
}

function endOf({ right }: GraphEdge): number {
  return right < 0 ? NAME_HEIGHT / 2 : NAME_HEIGHT + (right + 0.5) * RIGHT_HEIGHT;
}
