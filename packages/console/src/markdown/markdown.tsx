import { Fragment, type ReactNode } from 'react';
import type { Inline } from './parse-inline.ts';
import { type Block, parseMarkdown } from './parse-markdown.ts';

/** A text that people wrote, with its marks as elements of React: nothing of it becomes HTML by itself. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="flex max-w-[80ch] flex-col gap-3 leading-relaxed wrap-anywhere">
      <Blocks blocks={parseMarkdown(text)} />
    </div>
  );
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return withKeys(blocks, (block) => <BlockView block={block} />);
}

/** Parts of a text have no names, and their order is the text. */
function withKeys<Item>(items: readonly Item[], view: (item: Item) => ReactNode): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the place in the text is what identifies a part
  return items.map((item, index) => <Fragment key={index}>{view(item)}</Fragment>);
}

const headingSizes = ['text-lg', 'text-base', 'text-sm', 'text-sm', 'text-sm', 'text-sm'];

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return <Heading block={block} />;
    case 'code':
      return (
        <pre className="overflow-x-auto rounded-md bg-raised p-3 font-mono text-xs leading-relaxed">
          {block.text}
        </pre>
      );
    case 'rule':
      return <hr className="border-line" />;
    case 'quote':
      return (
        <blockquote className="flex flex-col gap-2 border-l-2 border-line pl-3 text-muted">
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case 'list':
      return <ListView block={block} />;
    case 'table':
      return <TableView block={block} />;
    default:
      return (
        <p>
          {withKeys(block.lines, (line) => (
            <>
              <Inlines parts={line} />{' '}
            </>
          ))}
        </p>
      );
  }
}

/** Below the heading of the card it stands in. */
function Heading({ block: { level, parts } }: { block: Extract<Block, { kind: 'heading' }> }) {
  const Level = level === 1 ? 'h3' : level === 2 ? 'h4' : 'h5';
  return (
    <Level className={`font-semibold ${headingSizes[level - 1]}`}>
      <Inlines parts={parts} />
    </Level>
  );
}

function ListView({ block: { isOrdered, items } }: { block: Extract<Block, { kind: 'list' }> }) {
  const List = isOrdered ? 'ol' : 'ul';
  return (
    <List className={`flex flex-col gap-1 pl-5 ${isOrdered ? 'list-decimal' : 'list-disc'}`}>
      {withKeys(items, (item) => (
        <li>
          <Blocks blocks={item} />
        </li>
      ))}
    </List>
  );
}

function TableView({ block: { head, rows } }: { block: Extract<Block, { kind: 'table' }> }) {
  return (
    <div className="overflow-x-auto">
      <table className="border-collapse text-left">
        <thead>
          <tr>
            {withKeys(head, (cell) => (
              <th scope="col" className="border-b border-line px-2.5 py-1 font-medium">
                <Inlines parts={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {withKeys(rows, (row) => (
            <tr className="border-b border-line last:border-0">
              {withKeys(row, (cell) => (
                <td className="px-2.5 py-1">
                  <Inlines parts={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inlines({ parts }: { parts: readonly Inline[] }) {
  return withKeys(parts, (part) => <InlineView part={part} />);
}

function InlineView({ part }: { part: Inline }) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code className="rounded bg-raised px-1 font-mono text-[0.9em]">{part.text}</code>;
    case 'strong':
      return (
        <strong>
          <Inlines parts={part.parts} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines parts={part.parts} />
        </em>
      );
    case 'struck':
      return (
        <s>
          <Inlines parts={part.parts} />
        </s>
      );
    case 'image':
      // Fetching it would tell its server who reads this.
      return <OutLink url={part.url}>image: {part.alt || part.url}</OutLink>;
    default:
      return (
        <OutLink url={part.url}>
          <Inlines parts={part.parts} />
        </OutLink>
      );
  }
}

function OutLink({ url, children }: { url: string; children: ReactNode }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline">
      {children}
    </a>
  );
}
