import { type TObject, type TSchema, Type } from 'typebox';

/** The answer of a route that only does something. */
export const Nothing = Type.Object({});

/** A double on the wire: the three that JSON has no number for are texts. */
export const DoubleMessage = Type.Union(
  [Type.Number(), Type.Literal('NaN'), Type.Literal('Infinity'), Type.Literal('-Infinity')],
  { title: 'Double' },
);

export const KeyValueMessage = Type.Object(
  { key: Type.String(), value: Type.String() },
  { title: 'KeyValue' },
);

export const FileMessage = Type.Object(
  {
    path: Type.String(),
    is_dir: Type.Boolean(),
    file_size: Type.Optional(Type.Integer({ description: 'Bytes.' })),
  },
  { title: 'FileInfo' },
);

export const FileList = Type.Object({
  root_uri: Type.String(),
  files: Type.Optional(Type.Array(FileMessage)),
});

/** One page of a list: an empty list is left out, and so is the token where no page follows. */
export const listOf = <Name extends string>(name: Name, item: TSchema): TObject =>
  Type.Object({
    [name]: Type.Optional(Type.Array(item)),
    next_page_token: Type.Optional(Type.String()),
  });

/** How many items of a list a request asks for. */
export const maxResults = (usual: number, most: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: usual }));
