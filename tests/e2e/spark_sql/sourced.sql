SELECT 'sourced';
