// Databases, and ALTER of what they hold.
#include <algorithm>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::AlterDatabase;
using unresolved::AlterRelation;
using unresolved::CommandNode;
using unresolved::PartitionSpec;
using unresolved::UnsupportedStatement;
using Change = AlterRelation::Change;

// ---- databases -----------------------------------------------------------------------------------

/// DATABASE [IF NOT EXISTS] name [COMMENT 'x'] [LOCATION 'x'] [WITH DBPROPERTIES (…)]
CommandNode Grammar::create_database() {
    advance();
    unresolved::CreateDatabase out;
    out.if_not_exists = accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    out.name = reference_name();
    for (;;) {
        if (accept("COMMENT"_kw)) {
            out.comment = string_literal();
        } else if (accept("LOCATION"_kw)) {
            out.location = string_literal();
        } else if (accept("WITH"_kw)) {
            if (!accept("DBPROPERTIES"_kw)) expect("PROPERTIES"_kw);
            out.properties = option_list();
        } else if (at("DEFAULT"_kw)) {
            return skipped("CREATE DATABASE … DEFAULT COLLATION");
        } else {
            return out;
        }
    }
}

/// DATABASE [IF EXISTS] name [RESTRICT | CASCADE]
CommandNode Grammar::drop_database() {
    advance();
    unresolved::DropDatabase out;
    out.if_exists = accept("IF"_kw, "EXISTS"_kw);
    out.name = reference_name();
    out.cascade = accept("CASCADE"_kw);
    if (!out.cascade) accept("RESTRICT"_kw);
    return out;
}

CommandNode Grammar::alter_command() {
    expect("ALTER"_kw);
    if (at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw)) return alter_database();
    if (at_any("TABLE"_kw, "VIEW"_kw)) return alter_relation();
    if (!at("INDEX"_kw)) fail();
    advance();
    if (at(TokenKind::End) || at(TokenKind::Semicolon)) fail();
    return skipped("ALTER INDEX");
}

CommandNode Grammar::alter_database() {
    advance();
    AlterDatabase out;
    out.name = reference_name();
    if (accept("UNSET"_kw)) {
        if (!accept("DBPROPERTIES"_kw)) expect("PROPERTIES"_kw);
        accept("IF"_kw, "EXISTS"_kw);
        out.unset_properties = key_list();
        return out;
    }
    expect("SET"_kw);
    if (accept("LOCATION"_kw)) {
        out.location = string_literal();
        return out;
    }
    if (!accept("DBPROPERTIES"_kw)) expect("PROPERTIES"_kw);
    out.set_properties = option_list();
    return out;
}

/// (key, 'key', a.b)
std::vector<std::string> Grammar::key_list() {
    std::vector<std::string> out;
    for (auto& [key, value] : option_list()) out.push_back(std::move(key));
    return out;
}

// ---- tables and views ----------------------------------------------------------------------------

/// (a = 1, b)
PartitionSpec Grammar::partition_spec() {
    PartitionSpec out;
    expect(TokenKind::OpenParen);
    do {
        const Mark column_at = mark();
        std::string column = identifier();
        if (std::ranges::find(out, column, &PartitionSpec::value_type::first) != out.end()) {
            keep(Error(ErrorClass::DuplicateKey, {{"keyColumn", quoted({column})}}, origin_from(column_at)));
        }
        MaybeExpr value;
        if (accept(TokenKind::Equal)) value = unary();
        out.emplace_back(std::move(column), std::move(value));
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen);
    return out;
}

CommandNode Grammar::alter_relation() {
    AlterRelation out;
    out.is_view = at("VIEW"_kw);
    advance();
    out.name = reference_name();
    const std::string verb = std::string("ALTER ") + (out.is_view ? "VIEW" : "TABLE");
    out.operation = verb;
    if (out.is_view && (at("AS"_kw) || at_query())) {
        accept("AS"_kw);
        const Mark query_at = mark();
        Relation rows = query();
        return unresolved::AlterViewQuery{std::move(out.name), std::move(rows), text_from(query_at)};
    }
    if (accept("RENAME"_kw, "TO"_kw)) {
        out.change = Change::Rename;
        out.new_name = reference_name();
    } else if (accept("UNSET"_kw)) {
        expect("TBLPROPERTIES"_kw);
        out.if_exists = accept("IF"_kw, "EXISTS"_kw);
        out.change = Change::UnsetProperties;
        out.operation = verb + " ... UNSET TBLPROPERTIES";
        out.keys = key_list();
    } else if (at("SET"_kw)) {
        alter_set(out);
    } else if (at("PARTITION"_kw) || at("ADD"_kw, "PARTITION"_kw) || at("DROP"_kw, "PARTITION"_kw) ||
               at("ADD"_kw, "IF"_kw, "NOT"_kw) || at("DROP"_kw, "IF"_kw, "EXISTS"_kw)) {
        alter_partitions(out);
    } else if (at_any("ADD"_kw, "ALTER"_kw, "CHANGE"_kw, "DROP"_kw, "RENAME"_kw, "REPLACE"_kw)) {
        alter_column(out);
    } else if (at(TokenKind::End) || at(TokenKind::Semicolon)) {
        fail();
    } else {
        return skipped(verb);
    }
    return out;
}

/// SET TBLPROPERTIES (…), SET LOCATION 'x'
void Grammar::alter_set(AlterRelation& out) {
    const std::string verb = out.operation;
    expect("SET"_kw);
    if (accept("TBLPROPERTIES"_kw)) {
        out.change = Change::SetProperties;
        out.operation = verb + " ... SET TBLPROPERTIES";
        out.properties = option_list();
    } else if (accept("LOCATION"_kw)) {
        out.change = Change::SetLocation;
        out.operation = verb + " ... SET LOCATION ...";
        out.text = string_literal();
    } else {
        rest_of_statement();
        out.operation = verb + " … SET";
    }
}

/// ADD COLUMNS (…), and changes of one column.
void Grammar::alter_column(AlterRelation& out) {
    if (accept("ADD"_kw)) {
        out.change = Change::AddColumns;
        out.operation += " ... ADD COLUMNS";
        const bool several = accept("COLUMNS"_kw);
        if (!several) expect("COLUMN"_kw);
        const bool listed = accept(TokenKind::OpenParen);
        do {
            out.columns.push_back(column_definition());
        } while (accept(TokenKind::Comma));
        if (listed) expect(TokenKind::CloseParen, Missing::Named);
        if (at_any("FIRST"_kw, "AFTER"_kw)) {
            rest_of_statement();
            out.change = Change::Unsupported;
        }
        return;
    }
    const Keyword verb = peek().keyword;
    advance();
    const bool is_change = verb == "ALTER"_kw || verb == "CHANGE"_kw;
    accept("COLUMN"_kw);
    if (is_change) out.column = multipart_name();
    if (verb == "CHANGE"_kw && at_identifier() && !at("COMMENT"_kw)) {
        out.new_name = {identifier()};
        out.columns.push_back({out.new_name.back(), data_type(), true, {}});
    }
    if (is_change && accept("TYPE"_kw)) {
        out.columns.push_back({out.column.back(), data_type(), true, {}});
    }
    if (is_change && (at("SET"_kw, "DEFAULT"_kw) || at("DROP"_kw, "DEFAULT"_kw))) {
        alter_default(out);
        return;
    }
    if (is_change && accept("COMMENT"_kw)) out.text = string_literal();
    if (is_change && (at(TokenKind::End) || at(TokenKind::Semicolon)) && (out.text || !out.columns.empty())) {
        out.change = Change::CommentColumn;
        return;
    }
    rest_of_statement();
    out.operation = verb == "DROP"_kw     ? "DROP COLUMN"
                    : verb == "RENAME"_kw ? "RENAME COLUMN"
                    : verb == "REPLACE"_kw ? "REPLACE COLUMNS"
                                           : "ALTER COLUMN";
}

/// SET DEFAULT value | DROP DEFAULT
void Grammar::alter_default(AlterRelation& out) {
    const bool sets = at("SET"_kw);
    advance();
    advance();
    out.change = Change::ColumnDefault;
    out.operation = "ALTER TABLE ALTER COLUMN";
    if (!sets) return;
    const Mark value_at = mark();
    expression();
    out.text = text_from(value_at);
}

/// ADD | DROP [IF …] PARTITION (…), PARTITION (…) RENAME TO PARTITION (…)
void Grammar::alter_partitions(AlterRelation& out) {
    if (accept("PARTITION"_kw)) {
        out.partitions.push_back(partition_spec());
        if (accept("RENAME"_kw, "TO"_kw)) {
            expect("PARTITION"_kw);
            out.change = Change::RenamePartition;
            out.operation += " ... RENAME TO PARTITION";
            out.partitions.push_back(partition_spec());
        } else {
            rest_of_statement();
            out.operation = "ALTER TABLE … PARTITION … SET";
        }
        return;
    }
    const bool adds = accept("ADD"_kw);
    if (!adds) expect("DROP"_kw);
    out.change = adds ? Change::AddPartitions : Change::DropPartitions;
    out.operation += adds ? " ... ADD PARTITION ..." : " ... DROP PARTITION ...";
    out.if_exists = adds ? accept("IF"_kw, "NOT"_kw, "EXISTS"_kw) : accept("IF"_kw, "EXISTS"_kw);
    do {
        expect("PARTITION"_kw);
        out.partitions.push_back(partition_spec());
        if (adds && at("LOCATION"_kw)) {
            rest_of_statement();
            out.change = Change::Unsupported;
            return;
        }
        accept(TokenKind::Comma);
    } while (at("PARTITION"_kw));
    if (!adds) accept("PURGE"_kw);
}

/// COMMENT ON DATABASE | TABLE name IS 'text' | NULL
CommandNode Grammar::comment_on() {
    advance();
    expect("ON"_kw);
    const bool is_table = at("TABLE"_kw);
    if (!is_table && !at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw)) fail();
    advance();
    NameParts name = reference_name();
    expect("IS"_kw);
    std::string text;
    if (!accept("NULL"_kw)) text = string_literal();
    if (!is_table) {
        AlterDatabase out;
        out.name = std::move(name);
        out.comment = std::move(text);
        return out;
    }
    AlterRelation out;
    out.name = std::move(name);
    out.change = Change::Comment;
    out.operation = "COMMENT ON TABLE";
    out.text = std::move(text);
    return out;
}

}  // namespace firesteel::sql
