import Deployments
import Testing

@Suite struct FieldTests {
    @Test func `a field knows its place among all and is found by its name`() {
        for (position, field) in Field.allCases.enumerated() {
            #expect(field.position == position)
            #expect(Field(named: field.rawValue) == field)
        }
        #expect(Field(named: "event.nothing") == nil)
    }

    @Test func `a copy that is changed leaves the first as it was`() {
        let first = ContainerDeployment(
            event: .init(id: "a", action: .podCreate, dataset: .kubernetesAudit),
            route: .kubernetesAPI
        )
        var second = first
        #expect(second == first)
        second.container.labels.append("app=web")
        second.security.privileged = true
        #expect(first.container.labels == [] && first.security.privileged == nil)
        #expect(second.container.labels == ["app=web"] && second != first)
        second = first
        #expect(second == first)
    }
}
