import Testing

@Suite struct JudgePlaceholder {}
