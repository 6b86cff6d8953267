-- Assessments of whole sessions are few among those of traces, and every search for an assessment asks for them.
CREATE INDEX trace_assessment_session ON trace_assessment (kind, name) WHERE metadata ? 'mlflow.trace.session';
