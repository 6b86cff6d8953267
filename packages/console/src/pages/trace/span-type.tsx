import {
  Binary,
  Bot,
  Box,
  Brain,
  Database,
  FileSearch,
  Link2,
  type LucideIcon,
  MessagesSquare,
  Scale,
  ShieldCheck,
  Shuffle,
  Workflow,
  Wrench,
} from 'lucide-react';

interface Look {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly bar: string;
}

const ofModel = { text: 'text-(--violet)', bar: 'bg-(--violet)' };
const ofSearch = { text: 'text-(--blue)', bar: 'bg-(--blue)' };
const ofWork = { text: 'text-accent', bar: 'bg-accent' };
const other: Look = { icon: Box, text: 'text-muted', bar: 'bg-faint' };

/** MLflow's types of spans; any other is a box. */
const looks: Readonly<Record<string, Look>> = {
  LLM: { icon: MessagesSquare, ...ofModel },
  CHAT_MODEL: { icon: MessagesSquare, ...ofModel },
  EMBEDDING: { icon: Binary, ...ofModel },
  RETRIEVER: { icon: FileSearch, ...ofSearch },
  RERANKER: { icon: Shuffle, ...ofSearch },
  PARSER: { icon: Database, ...ofSearch },
  MEMORY: { icon: Brain, ...ofSearch },
  AGENT: { icon: Bot, ...ofWork },
  CHAIN: { icon: Link2, ...ofWork },
  WORKFLOW: { icon: Workflow, ...ofWork },
  TASK: { icon: Workflow, ...ofWork },
  TOOL: { icon: Wrench, text: 'text-warn', bar: 'bg-warn' },
  EVALUATOR: { icon: Scale, text: 'text-good', bar: 'bg-good' },
  GUARDRAIL: { icon: ShieldCheck, text: 'text-good', bar: 'bg-good' },
};

export function lookOfType(type: string): Look {
  return (Object.hasOwn(looks, type) ? looks[type] : undefined) ?? other;
}

export function SpanTypeIcon({ type, size = 14 }: { type: string; size?: number }) {
  const { icon: Icon, text } = lookOfType(type);
  return (
    <span title={type} className={`inline-flex shrink-0 ${text}`}>
      <Icon size={size} aria-hidden />
      <span className="sr-only">{type}</span>
    </span>
  );
}
