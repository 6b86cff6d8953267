import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

export interface TypeBoxTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  readonly serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

/** Compiles a schema once; query strings and params are converted to the declared types, bodies are taken as they are. */
export const typeboxValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const convert = httpPart !== 'body';
  return (input: unknown) => {
    const value = convert ? Value.Default(schema, Value.Convert(schema, input)) : input;
    if (check.Check(value)) return { value };
    const error = check.Errors(value)[0];
    return {
      error: [
        {
          keyword: error?.keyword ?? '',
          instancePath: error?.instancePath ?? '',
          schemaPath: error?.schemaPath ?? '',
          params: error?.params ?? {},
          message: error?.message ?? 'is not valid',
        },
      ] as never,
    };
  };
};
