internal import GRDB

extension Absorption {
    /// Gives what is known of the one to the other, and forgets it.
    ///
    /// A finding of a rule that matched both stays, and speaks of no deployment.
    func write(to database: Database) throws {
        let find = try database.cachedStatement(sql: "SELECT number FROM deployments WHERE id = ?")
        guard let old = try Int64.fetchOne(find, arguments: [StoredText(id)]),
            let new = try Int64.fetchOne(find, arguments: [StoredText(into)]), old != new
        else { return }
        let select = try database.cachedStatement(sql: "SELECT * FROM trail WHERE deployment = ? ORDER BY place")
        let trail = try Row.fetchAll(select, arguments: [old]).map(TrailEntry.init(row:))
        try TrailEntry.append(trail, to: new, in: database)
        let move = try database.cachedStatement(
            sql: "UPDATE OR IGNORE findings SET deployment_id = ? WHERE deployment_id = ?"
        )
        try move.execute(arguments: [StoredText(into), StoredText(id)])
        let release = try database.cachedStatement(
            sql: "UPDATE findings SET deployment_id = NULL WHERE deployment_id = ?"
        )
        try release.execute(arguments: [StoredText(id)])
        let forget = try database.cachedStatement(sql: "DELETE FROM deployments WHERE number = ?")
        try forget.execute(arguments: [old])
    }
}
