import { Card } from '../../../ui/card.tsx';
import { CopyText } from '../../../ui/small-parts.tsx';
import { Table } from '../../../ui/table.tsx';
import type { ArtifactRoot } from './artifact-root.ts';
import { readMlmodel, type SignatureColumn } from './read-mlmodel.ts';

/** What a model takes and gives, and how to load it. */
export function MlmodelView({ text, root }: { text: string; root: ArtifactRoot }) {
  const model = readMlmodel(text);
  if (model === undefined)
    return <p className="text-muted">It does not say what a model is; see its source.</p>;
  const uri = root.modelId === '' ? root.uri : `models:/${root.modelId}`;
  const snippet = `import mlflow\n\nmlflow.set_tracking_uri('${location.origin}')\nmodel = mlflow.pyfunc.load_model('${uri}')\nmodel.predict(data)`;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">Flavors: {model.flavors.join(', ')}</p>
      <Columns title="Inputs" columns={model.inputs} />
      <Columns title="Outputs" columns={model.outputs} />
      {model.params.length > 0 && <Columns title="Params" columns={model.params} />}
      <Card title="Load it" aside={<CopyText text={snippet} shown="copy" what="Copy the code" />}>
        <pre className="overflow-x-auto font-mono text-xs leading-relaxed">{snippet}</pre>
      </Card>
    </div>
  );
}

function Columns({ title, columns }: { title: string; columns: readonly SignatureColumn[] }) {
  return (
    <Card title={title} isFlush>
      {columns.length === 0 ? (
        <p className="p-4 text-muted">The signature does not say.</p>
      ) : (
        <Table
          caption={title}
          rows={columns.map((column, at) => ({ ...column, at }))}
          keyOf={({ at }) => String(at)}
          columns={[
            {
              title: 'Name',
              isWide: true,
              cell: ({ name }) => name || <span className="text-faint">without a name</span>,
            },
            { title: 'Type', cell: ({ type }) => <code className="font-mono text-xs">{type}</code> },
            { title: 'Required', cell: ({ isRequired }) => (isRequired ? 'yes' : 'no') },
          ]}
        />
      )}
    </Card>
  );
}
