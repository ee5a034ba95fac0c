import Foundation
import Testing

@testable import RSPipeline

@Suite struct OutputTransactionTests {
    private func make(_ transaction: OutputTransaction, _ target: String, _ text: String) throws {
        let temporary = try transaction.temporaryFolder(for: target) + "/" + UUID().uuidString
        try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
        try transaction.place(temporary, at: target)
    }

    @Test func committedFilesStayAlone() throws {
        let folder = try ScratchFolder()
        let transaction = OutputTransaction(replaces: false)
        try make(transaction, folder.path + "/a/b/x.txt", "x")
        try make(transaction, folder.path + "/a/y.txt", "y")
        transaction.commit()
        transaction.rollback()
        #expect(folder.names("a") == ["b", "y.txt"] && folder.names("a/b") == ["x.txt"])
    }

    @Test(arguments: [false, true]) func rollbackLeavesNothing(replaces: Bool) throws {
        let folder = try ScratchFolder()
        let transaction = OutputTransaction(replaces: replaces)
        try make(transaction, folder.path + "/a/b/x.txt", "x")
        try make(transaction, folder.path + "/y.txt", "y")
        transaction.rollback()
        #expect(folder.names().isEmpty)
    }

    @Test func anAbandonedTransactionLeavesNoTemporaryFolder() throws {
        let folder = try ScratchFolder()
        do {
            let transaction = OutputTransaction(replaces: false)
            _ = try transaction.temporaryFolder(for: folder.path + "/x.txt")
            #expect(folder.names().count == 1)
        }
        #expect(folder.names().isEmpty)
    }

    @Test func whatExistsIsKeptOrReplaced() throws {
        let folder = try ScratchFolder()
        let target = folder.path + "/x.txt"
        try Data("old".utf8).write(to: URL(fileURLWithPath: target))
        let keeps = OutputTransaction(replaces: false)
        #expect(Run.message { try make(keeps, target, "new") }.contains("exists; add --overwrite"))
        keeps.rollback()
        #expect(try folder.data("x.txt") == Data("old".utf8))
        let replaces = OutputTransaction(replaces: true)
        try make(replaces, target, "new")
        replaces.commit()
        #expect(try folder.data("x.txt") == Data("new".utf8))
    }

    /// An item that still stood while files are replaced would vouch for files of two chains.
    @Test func theItemIsWithdrawnOnlyWhereFilesAreReplaced() throws {
        let folder = try ScratchFolder()
        let item = folder.path + "/x.stac.json"
        try Data("old".utf8).write(to: URL(fileURLWithPath: item))
        OutputTransaction(replaces: false).withdraw(item)
        #expect(FileFacts.exists(item))
        OutputTransaction(replaces: true).withdraw(item)
        #expect(!FileFacts.exists(item))
    }

    @Test func whatCannotBeAFolderIsNamed() throws {
        let folder = try ScratchFolder()
        try Data().write(to: URL(fileURLWithPath: folder.path + "/f"))
        let transaction = OutputTransaction(replaces: false)
        #expect(
            Run.message { _ = try transaction.temporaryFolder(for: folder.path + "/f/x") }.contains(
                "a file stands where a folder is needed"))
    }
}
