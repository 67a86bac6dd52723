import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of a message: how its value is encoded after its tag. */
export interface Field<T> {
  readonly number: number;
  readonly wire: WireType;
  /** Writes tag and value; a repeated field writes one pair per value. */
  write(value: T, writer: BinaryWriter): void;
  /** Reads the value after its tag. @param before value of this field so far */
  read(reader: BinaryReader, before: T | undefined): T;
}

/** A message. Fields that are absent on the wire stay undefined instead of becoming zero values. */
export interface Message<T> {
  write(value: T, writer: BinaryWriter): void;
  read(reader: BinaryReader, end: number): T;
}

/** The TypeScript type of a message's content. */
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
/** An int64. In this protocol these are versions, indexes and limits, far below 2^53. */
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

/** Defines a field that holds another message. Takes a function, because schemas contain schemas. */
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

/** Defines a map with text keys, encoded as a repeated message of key (1) and value (2). */
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
        // Fields of a newer protocol are skipped, as protobuf requires.
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

/** Decodes a message. @throws {Error} when the bytes are not a message */
export function decode<T>(of: Message<T>, from: Uint8Array): T {
  return of.read(new BinaryReader(from), from.length);
}
