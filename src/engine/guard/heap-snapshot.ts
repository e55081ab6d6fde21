/**
 * A heap snapshot as V8 writes it: a flat list of nodes, and of the edges of each in order.
 * @see https://github.com/v8/v8/blob/main/src/profiler/heap-snapshot-generator.cc (HeapSnapshotJSONSerializer)
 */
interface SnapshotFile {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
      readonly location_fields: readonly string[];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly locations: readonly number[];
  readonly strings: readonly string[];
}

/** A node, by its place in the list of nodes. */
export type NodeIndex = number;

export interface HeapEdge {
  /** Empty for elements and for slots without a name. */
  readonly name: string;
  readonly to: NodeIndex;
}

/** Where a function begins; lines and columns from 0. */
export interface FunctionPlace {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Reads the objects of a heap snapshot and what they refer to. */
export class HeapSnapshot {
  readonly #file: SnapshotFile;
  readonly #nodeSize: number;
  readonly #edgeSize: number;
  readonly #field: { readonly name: number; readonly id: number; readonly edgeCount: number };
  /** The first edge of each node; those of a node follow each other. */
  readonly #firstEdges: Uint32Array;
  readonly #places = new Map<NodeIndex, FunctionPlace>();

  constructor(text: string) {
    this.#file = JSON.parse(text) as SnapshotFile;
    const { nodes, snapshot, locations } = this.#file;
    const { node_fields: fields, edge_fields: edgeFields, location_fields: placeFields } = snapshot.meta;
    this.#nodeSize = fields.length;
    this.#edgeSize = edgeFields.length;
    this.#field = {
      name: fields.indexOf('name'),
      id: fields.indexOf('id'),
      edgeCount: fields.indexOf('edge_count'),
    };
    this.#firstEdges = new Uint32Array(nodes.length / this.#nodeSize);
    let edge = 0;
    for (let node = 0; node < nodes.length; node += this.#nodeSize) {
      this.#firstEdges[node / this.#nodeSize] = edge;
      edge += this.#edgeCount(node) * this.#edgeSize;
    }
    for (let at = 0; at < locations.length; at += placeFields.length) {
      const [node = 0, scriptId = 0, lineNumber = 0, columnNumber = 0] = locations.slice(at, at + 4);
      this.#places.set(node, { scriptId: String(scriptId), lineNumber, columnNumber });
    }
  }

  /** All objects that refer to something by a name. */
  referringBy(name: string): readonly NodeIndex[] {
    const wanted = this.#file.strings.indexOf(name);
    const { nodes, edges } = this.#file;
    const found: NodeIndex[] = [];
    for (let node = 0; node < nodes.length; node += this.#nodeSize) {
      const first = this.#firstEdges[node / this.#nodeSize] ?? 0;
      const end = first + this.#edgeCount(node) * this.#edgeSize;
      for (let at = first; at < end; at += this.#edgeSize) {
        // An index of an element may be the same number: `follow` tells.
        if (edges[at + 1] !== wanted || this.follow(node, name) === undefined) continue;
        found.push(node);
        break;
      }
    }
    return found;
  }

  /** The name of an object is that of its constructor. */
  nameOf(node: NodeIndex): string {
    return this.#file.strings[this.#file.nodes[node + this.#field.name] ?? -1] ?? '';
  }

  /** The id by which the heap that it was taken of knows the object. */
  idOf(node: NodeIndex): string {
    return String(this.#file.nodes[node + this.#field.id]);
  }

  placeOf(node: NodeIndex): FunctionPlace | undefined {
    return this.#places.get(node);
  }

  /** What it refers to, without weak references. */
  edgesOf(node: NodeIndex): readonly HeapEdge[] {
    const { edges, strings, snapshot } = this.#file;
    const types = snapshot.meta.edge_types[0];
    const found: HeapEdge[] = [];
    const first = this.#firstEdges[node / this.#nodeSize] ?? 0;
    const end = first + this.#edgeCount(node) * this.#edgeSize;
    for (let at = first; at < end; at += this.#edgeSize) {
      const [type = 0, nameOrIndex = 0, to = 0] = [edges[at], edges[at + 1], edges[at + 2]];
      const kind = types[type];
      if (kind === 'weak') continue;
      const isNamed = kind !== 'element' && kind !== 'hidden';
      found.push({ name: isNamed ? (strings[nameOrIndex] ?? '') : '', to });
    }
    return found;
  }

  /** What it refers to by a name; undefined when there is no such reference. */
  follow(node: NodeIndex, name: string): NodeIndex | undefined {
    return this.edgesOf(node).find((edge) => edge.name === name)?.to;
  }

  #edgeCount(node: NodeIndex): number {
    return this.#file.nodes[node + this.#field.edgeCount] ?? 0;
  }
}
