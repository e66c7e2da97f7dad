import Testing

@Suite struct DialectsPlaceholder {}
