-- the planner must know the tables that this very transaction has filled
ANALYZE demo_case, demo_chain, cell_version, post, post_holding, officer, officer_leave
