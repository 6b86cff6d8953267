import type { ArtifactItem } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { usePages } from '../../../live/queries.ts';
import { PagesAnswer } from '../../../ui/pages-answer.tsx';
import { type ArtifactRoot, toDownloadUrl } from './artifact-root.ts';
import { readImageName } from './image-steps.ts';

interface Picture {
  readonly key: string;
  readonly step: number;
  readonly path: string;
}

/** Pictures of `mlflow.log_image`, by key, at the step that the slider is on. */
export function ImageSteps({ root, folder }: { root: ArtifactRoot; folder: string }) {
  const query = usePages<ArtifactItem>(root.listPath, { path: folder, limit: 200 });
  return (
    <PagesAnswer query={query} more="Read more of the folder">
      {(items) => {
        const pictures = items.flatMap((item): Picture[] => {
          const image = readImageName(item.name);
          return image === undefined || image.isCompressed ? [] : [{ ...image, path: item.path }];
        });
        return pictures.length === 0 ? (
          <p className="text-muted">A folder; choose a file in it to see what is in it.</p>
        ) : (
          <Gallery root={root} pictures={pictures} />
        );
      }}
    </PagesAnswer>
  );
}

function Gallery({ root, pictures }: { root: ArtifactRoot; pictures: readonly Picture[] }) {
  // Of a run or of a logged model: the pages of both keep the step in their address.
  const { step: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const steps = [...new Set(pictures.map(({ step }) => step))].sort((one, other) => one - other);
  const found = steps.indexOf(Number(asked ?? Number.NaN));
  const at = found < 0 ? steps.length - 1 : found;
  const step = steps[at] ?? 0;
  const keys = [...new Set(pictures.map(({ key }) => key))];
  return (
    <div className="flex flex-col gap-4">
      <label className="flex items-center gap-3">
        Step <output className="w-16 font-medium">{step.toLocaleString('en')}</output>
        <input
          type="range"
          min={0}
          max={steps.length - 1}
          value={at}
          aria-valuetext={`step ${step}`}
          onChange={(event) =>
            void navigate({
              to: '.',
              search: (before) => ({ ...before, step: String(steps[Number(event.target.value)] ?? '') }),
              replace: true,
              resetScroll: false,
            })
          }
          className="max-w-96 flex-1 accent-accent"
        />
      </label>
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {keys.map((key) => {
          // The newest up to the step: not every key is logged at every step.
          const picture = pictures
            .filter((each) => each.key === key && each.step <= step)
            .reduce<Picture | undefined>(
              (best, each) => (best && best.step > each.step ? best : each),
              undefined,
            );
          return (
            <figure key={key}>
              {picture === undefined ? (
                <p className="text-muted">not logged yet at this step</p>
              ) : (
                <img
                  src={toDownloadUrl(root, picture.path)}
                  alt={`${key} at step ${picture.step}`}
                  className="w-full rounded border border-line [image-rendering:pixelated]"
                />
              )}
              <figcaption className="mt-1 text-xs text-muted">
                {key}
                {picture !== undefined && `, step ${picture.step}`}
              </figcaption>
            </figure>
          );
        })}
      </div>
    </div>
  );
}
