import Testing

@Suite struct PatternsPlaceholder {}
