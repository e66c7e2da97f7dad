import Testing

@Suite struct SigmaPlaceholder {}
