internal import Deployments
internal import Foundation
internal import GRDB

extension TrailEntry {
    /// Records of one deployment that are remembered; of a container that thousands of records speak of the first are kept.
    static let maximumTrail = 256

    /// Adds records that spoke of a deployment, those that are new.
    static func append(_ trail: [TrailEntry], to number: Int64, in database: Database) throws {
        let select = try database.cachedStatement(sql: "SELECT * FROM trail WHERE deployment = ? ORDER BY place")
        let known = try Row.fetchAll(select, arguments: [number])
        let entries = known.map(TrailEntry.init(row:))
        let new = trail.filter { !entries.contains($0) }
        try write(new, behind: known.last?["place"] ?? -1, of: number, to: database)
    }

    static func write(
        _ trail: [TrailEntry],
        behind last: Int,
        of number: Int64,
        to database: Database
    ) throws {
        guard !trail.isEmpty else { return }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO trail (deployment, place, source, dataset, time, path, "offset")
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        )
        var place = last
        for entry in trail {
            place += 1
            guard place < Self.maximumTrail else { return }
            try insert.execute(arguments: [
                number, place, StoredText(entry.source), StoredText(entry.dataset), entry.time?.microseconds,
                entry.path.map { StoredText($0) }, entry.offset,
            ])
        }
    }
}
