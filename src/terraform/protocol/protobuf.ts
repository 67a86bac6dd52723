import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** One field of a message: how its value follows its tag. */
export interface Field<T> {
  readonly number: number;
  readonly wire: WireType;
  /** Tag and value, as often as there are values. */
  write(value: T, writer: BinaryWriter): void;
  /** The value at the reader, after its tag. @param before what was read of this field already */
  read(reader: BinaryReader, before: T | undefined): T;
}

/** A message by its fields. What is absent on the wire is absent here: nobody's zero value is made up. */
export interface Message<T> {
  write(value: T, writer: BinaryWriter): void;
  read(reader: BinaryReader, end: number): T;
}

/** What a message holds, in TypeScript. */
export type Of<M> = M extends Message<infer T> ? T : never;

type Shape = Readonly<Record<string, Field<unknown>>>;
type Held<F> = F extends { read(reader: BinaryReader, before: infer _): infer T } ? T : never;
type Fields<S extends Shape> = { readonly [Name in keyof S]?: Held<S[Name]> | undefined };

function scalar<T>(
  wire: WireType,
  put: (writer: BinaryWriter, value: T) => unknown,
  take: (reader: BinaryReader) => T,
): (number: number) => Field<T> {
  return (number) => ({
    number,
    wire,
    write: (value, writer) => void put(writer.tag(number, wire), value),
    read: (reader) => take(reader),
  });
}

export const text = scalar<string>(
  WireType.LengthDelimited,
  (writer, value) => writer.string(value),
  (reader) => reader.string(),
);
export const bytes = scalar<Uint8Array>(
  WireType.LengthDelimited,
  (writer, value) => writer.bytes(value),
  (reader) => reader.bytes(),
);
export const flag = scalar<boolean>(
  WireType.Varint,
  (writer, value) => writer.bool(value),
  (reader) => reader.bool(),
);
/** An int64; the ones of this protocol are versions, indexes and limits, far below 2^53. */
export const int64 = scalar<number>(
  WireType.Varint,
  (writer, value) => writer.int64(value),
  (reader) => Number(reader.int64()),
);
export const int32 = scalar<number>(
  WireType.Varint,
  (writer, value) => writer.int32(value),
  (reader) => reader.int32(),
);

/** A message inside a message; given lazily, because schemas hold schemas. */
export function nested<T>(number: number, of: () => Message<T>): Field<T> {
  return {
    number,
    wire: WireType.LengthDelimited,
    write(value, writer) {
      writer.tag(number, WireType.LengthDelimited).fork();
      of().write(value, writer);
      writer.join();
    },
    read(reader) {
      const length = reader.uint32();
      return of().read(reader, reader.pos + length);
    },
  };
}

export function repeated<T>(field: Field<T>): Field<readonly T[]> {
  return {
    ...field,
    write(values, writer) {
      for (const value of values) field.write(value, writer);
    },
    read: (reader, before) => [...(before ?? []), field.read(reader, undefined)],
  };
}

/** A map with text keys: on the wire a repeated message of key (1) and value (2). */
export function mapOf<T>(number: number, of: () => Message<T>): Field<Readonly<Record<string, T>>> {
  const entry = message({ key: text(1), value: nested(2, of) });
  const entries = nested(number, () => entry);
  return {
    ...entries,
    write(values, writer) {
      for (const [key, value] of Object.entries(values)) entries.write({ key, value }, writer);
    },
    read(reader, before) {
      const { key = '', value } = entries.read(reader, undefined);
      return { ...before, [key]: value as T };
    },
  };
}

export function message<S extends Shape>(shape: S): Message<Fields<S>> {
  const named = Object.entries(shape) as [string, Field<unknown>][];
  const byNumber = new Map(named.map(([name, field]) => [field.number, { name, field }]));
  return {
    write(value, writer) {
      for (const [name, field] of named) {
        const held = (value as Readonly<Record<string, unknown>>)[name];
        if (held !== undefined) field.write(held, writer);
      }
    },
    read(reader, end) {
      const value: Record<string, unknown> = {};
      while (reader.pos < end) {
        const [number, wire] = reader.tag();
        const known = byNumber.get(number);
        // A field of a newer protocol, which is passed over as protobuf wants it.
        if (known?.field.wire !== wire) reader.skip(wire, number);
        else value[known.name] = known.field.read(reader, value[known.name]);
      }
      return value as Fields<S>;
    },
  };
}

export function encode<T>(of: Message<T>, value: T): Uint8Array {
  const writer = new BinaryWriter();
  of.write(value, writer);
  return writer.finish();
}

/** @throws {Error} for bytes that are no message */
export function decode<T>(of: Message<T>, from: Uint8Array): T {
  return of.read(new BinaryReader(from), from.length);
}
